# The text that json.awk has written on one line, as it was: for other programs of awk to begin with.
#
#   awk -f raw.awk -f PROGRAM

BEGIN {
	for (i = 1; i < 256; i++) signs[i] = sprintf("%c", i)
	for (i = 0; i < 16; i++) digits[substr("0123456789abcdef", i + 1, 1)] = i
}

function raw(text,    out, sign, number, i) {
	out = ""
	while (match(text, /\\/)) {
		out = out substr(text, 1, RSTART - 1)
		sign = substr(text, RSTART + 1, 1)
		text = substr(text, RSTART + 2)
		if (sign == "n") out = out "\n"
		else if (sign == "t") out = out "\t"
		else if (sign == "r") out = out "\r"
		else if (sign == "u") {
			number = 0
			for (i = 1; i <= 4; i++) number = number * 16 + digits[substr(text, i, 1)]
			# A control character; half of a pair is no character, and stays as it is written.
			if (number < 128) out = out signs[number]
			else if (number < 160) out = out signs[194] signs[number]
			else out = out "\\u" substr(text, 1, 4)
			text = substr(text, 5)
		} else out = out sign
	}
	return out text
}
