# A review: which changes need an approval of their own, by the table of guards (bin/guards.tsv); how it is shown and approved.
# shellcheck shell=sh disable=SC2016,SC2030,SC2031,SC2034,SC2153

# guards: the key and the sentence of each change that needs an approval of its own, in $NOTES/guards.
# Fails closed: a type that the table does not name is guarded, an action that is new to us, too.
guards() {
	LC_ALL=C PROTECTED_PATHS=$PROTECT awk -F "$TAB" -v OFS="$TAB" '
		BEGIN { many = split(ENVIRON["PROTECTED_PATHS"], entry, " ") }
		FILENAME == ARGV[1] {
			if ($1 == "harmless") harmless[$2]
			else if ($1 == "guarded") nature[$2] = $5
			else if ($1 == "noun") noun[$2] = $5
			else if ($1 == "leaver") leaver[$2] = $4
			else if ($1 == "update") { watches[$2]++; watched[$2, watches[$2]] = $4; effect[$2, watches[$2]] = $5 }
			else if ($1 == "way") way[$2]
			next
		}
		{ row[++rows] = $0; if (($5 in way) && $3 != "listed" && $3 != "added" && $3 != "imported") leads = leads ($1 == "-" ? "" : $1 "/") $2 " " }
		END {
			for (i = 1; i <= rows; i++) {
				split(row[i], part, FS)
				path = (part[1] == "-" ? "" : part[1] "/") part[2]
				why = reason(path, part[3], part[4], part[5])
				if (why != "") print path, why
			}
		}
		function reason(path, verdict, properties, type,    because, entry_of, k, n, name, count) {
			if (verdict == "listed" || verdict == "added" || verdict == "imported") return ""
			if (type == "AWS::CloudFormation::Stack") {
				if (verdict == "in-place") return ""
				if (verdict == "may-go") return "is a whole nested stack: it may be removed, with everything in it"
				return verdict == "removed" ? "is a whole nested stack: it is removed, with everything in it" : "is a whole nested stack: a new one may take its place"
			}
			entry_of = protecting(path)
			because = type in harmless ? "" : natural(type)
			if (entry_of != "") because = because (because == "" ? "" : " and ") "is protected by the environment file (" entry_of ")"
			if (verdict == "in-place") {
				for (n = 1; n <= watches[type]; n++) {
					count = split(watched[type, n], name, ",")
					for (k = 1; k <= count; k++) if (name[k] == "-" || index(" " properties " ", " " name[k] " ")) return effect[type, n]
				}
				if ((type in leaver) && index(" " properties " ", " " leaver[type] " ") && leads != "")
					return "may leave the subnets of its tasks while what they stand on goes or changes in the same update (" leads "): move the tasks in an update of their own"
				return ""
			}
			if (because == "") return ""
			if (verdict == "removed") return because ": it goes"
			if (verdict == "may-go") return because ": it may go, as its condition reads what is not known yet"
			return because (verdict == "replaced" ? ": a new one takes its place" : verdict == "may-replace" ? ": a new one may take its place" : ": what happens to it is not known here")
		}
		# By its type, else by its last word, with its service or without: `Bucket`, `EC2::Instance`.
		function natural(type,    own, last) {
			own = last = type
			sub(/^[^:]*::/, "", own); sub(/.*::/, "", last)
			if (type in nature) return nature[type]
			if (own in noun) return noun[own]
			if (last in noun) return noun[last]
			if (type ~ /^Custom::/ && nature["Custom::*"] != "") return nature["Custom::*"]
			return nature["*"] == "" ? "holds or serves something that is not known here" : nature["*"]
		}
		function protecting(path,    k, count, part, at, prefix) {
			for (k = 1; k <= many; k++) {
				count = split(path, part, "/"); prefix = ""
				for (at = 1; at <= count; at++) { prefix = prefix (at > 1 ? "/" : "") part[at]; if (fits(prefix, entry[k])) return entry[k] }
			}
			return ""
		}
		# `*` and `?` of a pattern, as the environment file has them.
		function fits(text, pattern) {
			sub(/^\//, "", pattern); sub(/\/$/, "", pattern)
			gsub(/[.+^$(){}|\\]/, "\\\\&", pattern); gsub(/\*/, ".*", pattern); gsub(/\?/, ".", pattern); gsub(/\[!/, "[^", pattern)
			return text ~ ("^" pattern "$")
		}' "$BUNDLE/bin/guards.tsv" "$NOTES/verdicts" >"$NOTES/guards"
	awk_ -F "$TAB" -v OFS="$TAB" '$5 != "-" && $4 != "later" { print $1, $5 }' "$NOTES/settings" >>"$NOTES/guards"
}

# --- Showing and asking -------------------------------------------------------------------------------------------------

# show_review: the layers one by one, what changes in each, and what is only listed.
show_review() {
	if [ -n "$EXISTS" ]; then what=update; else what=create; fi
	say "stack $STACK: $what, in $ACCOUNT/$REGION, release $VERSION ($COMMIT), digest $DIGEST"
	show_parameters
	sed 's/^/  tag /' "$NOTES/tags-differ" >&2
	awk_ -F "$TAB" '{ print $1 }' "$NOTES/verdicts" | awk_ '!($0 in seen) { seen[$0]; print }' >"$NOTES/shown"
	while IFS="$TAB" read -r path rest; do
		show_layer "$path"
	done <"$NOTES/shown"
	if [ -s "$NOTES/layers" ]; then
		awk_ -F "$TAB" 'FILENAME == ARGV[1] { seen[$1]; next } !($1 in seen) && $2 != "removed" { print $1 }' "$NOTES/shown" "$NOTES/layers" | tr '\n' ' ' >"$NOTES/unchanged"
		[ ! -s "$NOTES/unchanged" ] || say "  unchanged: $(cat "$NOTES/unchanged")"
	fi
	show_settings
	[ ! -s "$NOTES/elsewhere" ] || note "some templates read what is in no file ($(tr '\n' ' ' <"$NOTES/elsewhere")): what is marked is marked by their texts alone"
	show_guards
}

show_guards() {
	[ -s "$NOTES/guards" ] || return 0
	say "guarded, each needs an approval of its own:"
	awk_ -F "$TAB" '{ print "  ! " $1 " " $2 }' "$NOTES/guards" >&2
}

show_parameters() {
	[ -n "$EXISTS" ] || return 0
	awk_ -F "$TAB" '
		{ text = substr($0, length($1) + 2) }
		FILENAME == ARGV[1] { changes[$1]; next }
		FILENAME == ARGV[2] { hidden[$1]; next }
		FILENAME == ARGV[3] { is[$1] = text; has[$1]; next }
		# What is not given becomes the default, which stands before the given ones.
		{ sent[$1] = text; given[$1] }
		END { for (name in changes) print "  parameter " name ": " shown(name, has, is) " -> " shown(name, given, sent) }
		function shown(name, there, values) { return !(name in there) ? "(none)" : name in hidden ? "****" : values[name] }' \
		"$NOTES/words" "$NOTES/no-echo" "$NOTES/standing" "$NOTES/defaults" "$NOTES/given" | sort_ >&2
}

show_layer() {
	key=$(key_of "$1")
	if [ "$1" = - ]; then title=root is=; else title=$1 is=$(awk_ -F "$TAB" -v path="$1" '$1 == path { print $2 }' "$NOTES/layers" 2>/dev/null); fi
	[ "$1" != - ] || [ "$(awk_ -F "$TAB" '$1 == "-" && ($5 != "AWS::CloudFormation::Stack" || $3 == "removed")' "$NOTES/verdicts")" ] || return 0
	words=$NOTES/words.$key
	[ "$1" != - ] || words=$NOTES/words
	case $is in
		same) if [ -s "$words" ]; then told=": its template is the same, parameters may differ: $(tr '\n' ' ' <"$words")"; else told=': its template and its parameters are the same'; fi ;;
		other) told=': its template is another one' ;;
		removed) told=': it goes' ;;
		*) told='' ;;
	esac
	say "  $title$told"
	show_values "$1"
	awk_ -F "$TAB" -v path="$1" '
		FILENAME == ARGV[1] { values[$1] = values[$1] "\n          " $2; next }
		$1 != path || ($5 == "AWS::CloudFormation::Stack" && $3 != "removed" && $3 != "added" && $3 != "may-go") { next }
		$3 == "listed" { only = only (only == "" ? "" : ", ") $2; next }
		{
			sign = $3 == "added" ? "+" : $3 == "removed" ? "-" : $3 == "imported" ? ">" : "~"
			word = $3 == "in-place" ? "changed in place" : $3 == "may-replace" ? "may be replaced" : $3 == "may-go" ? "may be removed" : $3
			print "    " sign " " $2 "  " word "  " $5 ($4 == "-" ? "" : "  (" $4 ")") values[$2]
		}
		END { if (only != "") print "    = " only ": listed because a sibling\047s output is not known yet" }' "$NOTES/values" "$NOTES/verdicts" >&2
}

# show_values PATH: before and after of what changes, as CloudFormation reports it; asked for only where something changes.
show_values() {
	: >"$NOTES/values"
	[ -n "$EXISTS" ] || return 0
	# A NoEcho value is masked where it is a parameter of that kind, and nowhere below: then no value is shown.
	[ ! -s "$NOTES/no-echo" ] || return 0
	arn=$(awk_ -F "$TAB" -v path="$1" '$2 == path { print $3 }' "$NOTES/sets")
	awk_ -F "$TAB" -v path="$1" '$1 == path && $5 != "AWS::CloudFormation::Stack" && ($3 == "in-place" || $3 ~ /replace/) { print $2 "\t" $4 }' "$NOTES/verdicts" >"$NOTES/wanted"
	[ -s "$NOTES/wanted" ] && [ -n "$arn" ] || return 0
	ask "$NOTES/with-values" cloudformation describe-change-set --change-set-name "$arn" --include-property-values || return 0
	awk_ -F "$TAB" -v OFS="$TAB" '
		FILENAME == ARGV[1] { wanted[$1] = " " $2 " "; next }
		match($1, /^Changes\/[0-9]+\/ResourceChange\//) {
			row = substr($1, 1, RLENGTH); rest = substr($1, RLENGTH + 1); text = substr($0, length($1) + 2)
			if (rest == "LogicalResourceId") id[row] = text
			if (rest ~ /^Details\/[0-9]+\/Target\//) { split(rest, part, "/"); at = row part[2]; if (!(at in of)) { of[at] = row; list[++many] = at }; said[at, part[4]] = text }
		}
		END {
			for (i = 1; i <= many; i++) {
				at = list[i]; name = id[of[at]]
				if (!(name in wanted) || !index(wanted[name], " " said[at, "Name"] " ")) continue
				path = said[at, "Path"]; sub(/^\/Properties\//, "", path)
				if (path == "" || (said[at, "BeforeValue"] == "" && said[at, "AfterValue"] == "")) continue
				line = path ": " short(said[at, "BeforeValue"]) " -> " short(said[at, "AfterValue"])
				if (!((name, line) in seen)) { seen[name, line]; print name, line }
			}
		}
		function short(text) { return text == "" ? "(none)" : length(text) > 120 ? substr(text, 1, 120) "..." : text }' "$NOTES/wanted" "$NOTES/with-values" >"$NOTES/values"
}

show_settings() {
	[ -s "$NOTES/settings" ] || return 0
	awk_ -F "$TAB" '{
		when = $4 == "with" || $4 == "with-only" ? "with the change set" : $4 == "later" ? "not by this run: CloudFormation takes it only with a change of the stack" : "after the operation, where that succeeds"
		print "  setting " $1 ": " $2 " -> " $3 "  (" when ")"
	}' "$NOTES/settings" >&2
}

# approve QUESTION: one plain answer, and one for each guarded change by its key; 3 where one is missing.
approve() {
	printf '%s\n' "$ALLOW" | grep -v '^$' >"$NOTES/allowed"
	while IFS= read -r key <&5; do
		cut -f 1 "$NOTES/guards" | grep -q -x -F -e "$key" && continue
		say "error: --allow $(quoted "$key") names no guarded change"
		if [ -s "$NOTES/guards" ]; then
			say "next: the guarded changes are: $(cut -f 1 "$NOTES/guards" | tr '\n' ' ' | sed 's, $,,')"
		else
			say "next: nothing is guarded: leave out --allow"
		fi
		exit 2
	done 5<"$NOTES/allowed"
	approved "$1" || decline
	while IFS="$TAB" read -r key why <&5; do
		allowed "$key" || decline
	done 5<"$NOTES/guards"
}

decline() {
	allow=
	if [ -s "$NOTES/guards" ]; then allow=$(awk_ -F "$TAB" '{ printf " --allow %s", $1 }' "$NOTES/guards"); fi
	say "error: declined, or an approval is missing; nothing was executed"
	say "next: to approve: $(again "$VERB" --yes)$allow"
	exit 3
}
