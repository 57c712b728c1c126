# Reads JSON, as the AWS CLI writes it, and prints one line for each value:
#
#   Stacks/0/Parameters/3/ParameterKey<TAB>AppName
#
# A text stays on its line: a tab, a line break, a backslash and a control character are written as JSON writes them
# (\t, \n, \\, \u001b), a quotation mark and whatever is not ASCII as it is. So two values are the same where their lines
# are, and no answer can move the cursor of a terminal. What is null, empty, or a true or false is printed as that.
# Exit code 3: this is not JSON.

BEGIN {
	for (i = 128; i < 256; i++) { byte[i] = sprintf("%c", i); at[byte[i]] = i }
	for (i = 0; i < 16; i++) digit[substr("0123456789abcdef", i + 1, 1)] = i
	depth = 0
	expected = "value"
}

{
	line = $0
	while (line != "" && !failed) {
		if (match(line, /^[ \t\r]+/)) { line = substr(line, RLENGTH + 1); continue }
		first = substr(line, 1, 1)
		if (first == "\"") {
			if (!match(line, /^"([^"\\]|\\.)*"/)) { failed = 1; break }
			token = substr(line, 2, RLENGTH - 2)
			line = substr(line, RLENGTH + 1)
			text(plain(token))
		} else if (index("{}[]:,", first)) {
			line = substr(line, 2)
			mark(first)
		} else {
			if (!match(line, /^[-+.0-9A-Za-z]+/)) { failed = 1; break }
			token = substr(line, 1, RLENGTH)
			line = substr(line, RLENGTH + 1)
			if (token !~ /^(true|false|null|-?[0-9][0-9.eE+-]*)$/) { failed = 1; break }
			value(token)
		}
	}
	if (failed) exit
}

END {
	if (failed || depth || expected != "end") exit 3
}

function text(token) {
	if (expected == "key" || expected == "key or end") {
		key[depth] = token
		expected = "colon"
	} else
		value(token)
}

function value(token) {
	if (expected !~ /^value/) { failed = 1; return }
	print path() "\t" token
	after()
}

function mark(sign) {
	if (sign == "{" || sign == "[") {
		if (expected !~ /^value/) { failed = 1; return }
		kind[++depth] = sign
		key[depth] = sign == "[" ? 0 : ""
		count[depth] = 0
		expected = sign == "[" ? "value or end" : "key or end"
	} else if (sign == ":") {
		if (expected != "colon") failed = 1
		expected = "value"
	} else if (sign == ",") {
		if (expected != "comma") { failed = 1; return }
		if (kind[depth] == "[") { key[depth]++; expected = "value" } else expected = "key"
	} else {
		if (!depth || (sign == "}") != (kind[depth] == "{") || expected !~ /(comma|or end)$/) { failed = 1; return }
		empty = count[depth] == 0
		depth--
		if (empty) print path() "\t" (sign == "}" ? "{}" : "[]")
		after()
	}
}

# What may follow a value.
function after() {
	if (depth) count[depth]++
	expected = depth ? "comma" : "end"
}

function path(    i, out) {
	out = ""
	for (i = 1; i <= depth; i++) out = out (i > 1 ? "/" : "") key[i]
	return out
}

# A text of JSON with each \uXXXX of a printable character, \" and \/ as the character itself.
function plain(token,    out, code, low) {
	if (token ~ /[\001-\037]/) { failed = 1; return "" }
	gsub(/\177/, "\\u007f", token)
	while (match(token, /\302[\200-\237]/))
		token = substr(token, 1, RSTART - 1) sprintf("\\u00%02x", at[substr(token, RSTART + 1, 1)]) substr(token, RSTART + 2)
	out = ""
	while (match(token, /\\./)) {
		out = out substr(token, 1, RSTART - 1)
		code = substr(token, RSTART + 1, 1)
		token = substr(token, RSTART + 2)
		if (code == "\"" || code == "/") out = out code
		else if (code == "b") out = out "\\u0008"
		else if (code == "f") out = out "\\u000c"
		else if (code == "u") {
			code = hex(substr(token, 1, 4))
			token = substr(token, 5)
			if (code >= 55296 && code < 56320 && token ~ /^\\u[dD][c-fC-F]/) {
				low = hex(substr(token, 3, 4))
				token = substr(token, 7)
				code = 65536 + (code - 55296) * 1024 + low - 56320
			}
			out = out character(code)
		} else out = out "\\" code
	}
	return out token
}

function hex(digits,    i, number) {
	number = 0
	digits = tolower(digits)
	for (i = 1; i <= length(digits); i++) number = number * 16 + digit[substr(digits, i, 1)]
	return number
}

function character(code) {
	if (code == 10) return "\\n"
	if (code == 9) return "\\t"
	if (code == 13) return "\\r"
	if (code == 92) return "\\\\"
	if (code < 32 || (code >= 127 && code < 160) || (code >= 55296 && code < 57344)) return sprintf("\\u%04x", code)
	if (code < 128) return sprintf("%c", code)
	if (code < 2048) return byte[192 + int(code / 64)] byte[128 + code % 64]
	if (code < 65536) return byte[224 + int(code / 4096)] byte[128 + int(code / 64) % 64] byte[128 + code % 64]
	return byte[240 + int(code / 262144)] byte[128 + int(code / 4096) % 64] byte[128 + int(code / 64) % 64] byte[128 + code % 64]
}
