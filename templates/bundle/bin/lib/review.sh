# What a change set means: which rows change something, which are listed only for an output that is not known yet, and
# which need an approval of their own, by the table of guards (bin/guards.tsv).
# shellcheck shell=sh disable=SC2016,SC2034,SC2153

# analyse: a verdict on every row of every nested set, in $NOTES/verdicts: path of the layer, logical id, verdict,
# properties, type, action. moving.awk says what can change; what one nested stack outputs is what the next one is given.
analyse() {
	awk_ -F "$TAB" -v OFS="$TAB" '$1 == "constant" { print $2, $4 }' "$BUNDLE/bin/guards.tsv" >"$NOTES/constant"
	cat "$NOTES/given" "$NOTES/kept" | cut -f 1 >"$NOTES/passed"
	: >"$NOTES/nothing"
	rm -f "$NOTES"/fed.* "$NOTES"/words.* "$NOTES"/rows.* "$NOTES"/details.* "$NOTES"/analysed.*
	while IFS="$TAB" read -r number path arn; do
		key=$(key_of "$path")
		table "$NOTES/set.$number" Changes ResourceChange/LogicalResourceId ResourceChange/Action ResourceChange/Replacement ResourceChange/ResourceType >"$NOTES/rows.$key"
		details "$NOTES/set.$number" >"$NOTES/details.$key"
	done <"$NOTES/sets"
	if [ -n "$EXISTS" ]; then analyse_update; else analyse_creation; fi
}

# A path as a part of a file's name.
key_of() { printf '%s' "$1" | sed 's|/|+|g'; }

details() {
	awk_ -F "$TAB" -v OFS="$TAB" '
		match($1, /^Changes\/[0-9]+\/ResourceChange\//) {
			row = substr($1, 1, RLENGTH); rest = substr($1, RLENGTH + 1)
			if (rest == "LogicalResourceId") id[row] = $2
			if (rest ~ /^Details\/[0-9]+\/Target\/(Attribute|Name|RequiresRecreation)$/) {
				split(rest, part, "/"); at = row part[2]
				if (!(at in of)) { of[at] = row; list[++many] = at }
				said[at, part[4]] = $2
			}
		}
		END { for (i = 1; i <= many; i++) print id[of[list[i]]], said[list[i], "Attribute"], said[list[i], "Name"], said[list[i], "RequiresRecreation"] }' "$1"
}

analyse_creation() {
	: >"$NOTES/verdicts"
	while IFS="$TAB" read -r number path arn; do
		awk_ -F "$TAB" -v OFS="$TAB" -v path="$path" '{ print path, $1, ($2 == "Add" ? "added" : $2 == "Import" ? "imported" : "unknown"), "-", $4, $2 }' \
			"$NOTES/rows.$(key_of "$path")" >>"$NOTES/verdicts"
	done <"$NOTES/sets"
}

analyse_update() {
	tags=no
	[ ! -s "$NOTES/tags-differ" ] || tags=yes
	rounds=0
	while [ "$rounds" -lt 12 ]; do
		rounds=$((rounds + 1))
		cat "$NOTES"/fed.* 2>/dev/null | sort_ >"$NOTES/fed-before"
		number=0
		: >"$NOTES/verdicts"
		while IFS="$TAB" read -r path arn <&4; do
			number=$((number + 1))
			analyse_layer "$path" "$number"
		done 4<"$NOTES/tree"
		new_layers
		cat "$NOTES"/fed.* 2>/dev/null | sort_ >"$NOTES/fed-after"
		cmp -s "$NOTES/fed-before" "$NOTES/fed-after" && return
	done
}

analyse_layer() {
	key=$(key_of "$1")
	words=$NOTES/words.$key passed=$NOTES/passed.$key rows=$NOTES/rows.$key details=$NOTES/details.$key fed=$NOTES/fed.$key
	[ "$1" != - ] || words=$NOTES/words passed=$NOTES/passed
	for each_file in "$words" "$passed" "$rows" "$details" "$fed"; do [ -f "$each_file" ] || : >"$each_file"; done
	if [ "$1" = - ]; then new=$ROOT_TEXT; else
		# A layer that goes has no template any more: whatever it output can change.
		file=$(file_of "$1") || { all_of "$1"; return; }
		new=$NOTES/sent/$file
	fi
	awk_ -f "$LIB/moving.awk" part=1 "$words" part=2 "$passed" part=3 "$fed" part=4 "$NOTES/constant" part=5 "$rows" \
		part=6 "$details" TAGS="$tags" part=7 "$NOTES/running.$2" part=8 "$new" >"$NOTES/analysed.$key"
	awk_ -F "$TAB" -v OFS="$TAB" -v path="$1" '
		FILENAME == ARGV[1] { type[$1] = $4; action[$1] = $2; next }
		$1 == "row" { print path, $2, $3, ($4 == "" ? "-" : $4), type[$2], action[$2] }' "$rows" "$NOTES/analysed.$key" >>"$NOTES/verdicts"
	if grep -q '^unread' "$NOTES/analysed.$key"; then all_of "$1"; fi
	if [ "$1" != - ]; then
		above=${1%/*}
		[ "$above" != "$1" ] || above=-
		awk_ -F "$TAB" -v name="${1##*/}" '$1 == "output" { print name ".Outputs." $2 }' "$NOTES/analysed.$key" | add_lines "$NOTES/fed.$(key_of "$above")"
	fi
	pass_on "$1"
}

# What a template hands to the stacks that it nests, and which of it can be another value.
pass_on() {
	inside=$1/
	[ "$1" != - ] || inside=
	awk_ -F "$TAB" '$1 == "parameter" { print $2 "\t" $3 }' "$NOTES/analysed.$(key_of "$1")" >"$NOTES/handed"
	while IFS="$TAB" read -r name parameter; do
		if [ "$parameter" = '*' ]; then
			file=$(file_of "$inside$name") && declared "$BUNDLE/templates/$file" | add_lines "$NOTES/words.$(key_of "$inside$name")"
		else
			echo "$parameter" | add_lines "$NOTES/words.$(key_of "$inside$name")"
		fi
	done <"$NOTES/handed"
	if [ "$1" = - ]; then new=$ROOT_TEXT; else file=$(file_of "$1") && new=$NOTES/sent/$file; fi
	handed_parameters "$new" >"$NOTES/handed"
	while IFS="$TAB" read -r name parameter; do
		echo "$parameter" | add_lines "$NOTES/passed.$(key_of "$inside$name")"
	done <"$NOTES/handed"
}

handed_parameters() {
	awk_ '/^[A-Za-z]/ { inside = /^Resources:/ }
		!inside { next }
		/^  [^ ]/ { name = $1; sub(/:.*/, "", name); here = 0 }
		/^    [^ ]/ { here = 0 }
		/^      [^ ]/ { here = /^      Parameters:/; next }
		here && /^        [A-Za-z0-9]+:/ { parameter = $1; sub(/:.*/, "", parameter); print name "\t" parameter }' "$1"
}

add_lines() {
	[ -f "$1" ] || : >"$1"
	cat - "$1" | sort_ -u >"$1.new"
	mv "$1.new" "$1"
}

all_of() {
	above=${1%/*}
	[ "$above" != "$1" ] || above=-
	[ "$1" = - ] || echo "${1##*/}.*" | add_lines "$NOTES/fed.$(key_of "$above")"
}

# A layer that is made in this update: all that it outputs is new.
new_layers() {
	while IFS="$TAB" read -r number path arn; do
		grep -q "^$path$TAB" "$NOTES/tree" && continue
		all_of "$path"
		awk_ -F "$TAB" -v OFS="$TAB" -v path="$path" '{ print path, $1, ($2 == "Add" ? "added" : $2 == "Import" ? "imported" : "unknown"), "-", $4, $2 }' \
			"$NOTES/rows.$(key_of "$path")" >>"$NOTES/verdicts"
	done <"$NOTES/sets"
}

# --- Guards ----------------------------------------------------------------------------------------------------------

# guards: the key and the sentence of each change that needs an approval of its own, in $NOTES/guards.
# Fails closed: a type that the table does not name is guarded, an action that is new to us, too.
guards() {
	LC_ALL=C PROTECTED_PATHS=$PROTECT awk -F "$TAB" -v OFS="$TAB" '
		BEGIN { many = split(ENVIRON["PROTECTED_PATHS"], entry, " ") }
		FILENAME == ARGV[1] {
			if ($1 == "harmless") harmless[$2]
			else if ($1 == "guarded") nature[$2] = $5
			else if ($1 == "update") { watched[$2] = $4; effect[$2] = $5 }
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
		function reason(path, verdict, properties, type,    because, entry_of, k, name, count) {
			if (verdict == "listed" || verdict == "added" || verdict == "imported") return ""
			if (type == "AWS::CloudFormation::Stack") {
				if (verdict == "in-place") return ""
				return verdict == "removed" ? "is a whole layer: it goes, with all that is in it" : "is a whole layer: a new one may take its place"
			}
			entry_of = protecting(path)
			because = type in harmless ? "" : type in nature ? nature[type] : nature["*"]
			if (because == "" && !(type in harmless)) because = "holds or serves something that is not known here"
			if (entry_of != "") because = because (because == "" ? "" : " and ") "is protected by the environment file (" entry_of ")"
			if (verdict == "in-place") {
				if (type in watched) {
					count = split(watched[type], name, ",")
					for (k = 1; k <= count; k++) if (name[k] == "-" || index(" " properties " ", " " name[k] " ")) return effect[type]
				}
				if (type ~ /^AWS::ECS::(Service|TaskSet)$/ && index(" " properties " ", " NetworkConfiguration ") && leads != "")
					return "may leave the subnets of its tasks while what they stand on goes or changes in the same update (" leads "): move the tasks in an update of their own"
				return ""
			}
			if (because == "") return ""
			if (verdict == "removed") return because ": it goes"
			return because (verdict == "replaced" ? ": a new one takes its place" : verdict == "may-replace" ? ": a new one may take its place" : ": what happens to it is not known here")
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
			gsub(/[.+^$(){}|\\]/, "\\\\&", pattern); gsub(/\*/, ".*", pattern); gsub(/\?/, ".", pattern)
			return text ~ ("^" pattern "$")
		}' "$BUNDLE/bin/guards.tsv" "$NOTES/verdicts" >"$NOTES/guards"
	awk_ -F "$TAB" -v OFS="$TAB" '$5 != "-" && $4 != "later" { print $1, $5 }' "$NOTES/settings" >>"$NOTES/guards"
}

# --- Showing ---------------------------------------------------------------------------------------------------------

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
	if [ -s "$NOTES/guards" ]; then
		say "guarded, each needs an approval of its own:"
		awk_ -F "$TAB" '{ print "  ! " $1 " " $2 }' "$NOTES/guards" >&2
	fi
}

show_parameters() {
	[ -n "$EXISTS" ] || return 0
	awk_ -F "$TAB" '
		{ text = substr($0, length($1) + 2) }
		FILENAME == ARGV[1] { changes[$1]; next }
		FILENAME == ARGV[2] { hidden[$1]; next }
		FILENAME == ARGV[3] { is[$1] = text; has[$1]; next }
		{ sent[$1] = text; given[$1] }
		END { for (name in changes) print "  parameter " name ": " shown(name, has, is) " -> " shown(name, given, sent) }
		function shown(name, there, values) { return !(name in there) ? "(none)" : name in hidden ? "****" : values[name] }' \
		"$NOTES/words" "$NOTES/no-echo" "$NOTES/standing" "$NOTES/given" | sort_ >&2
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
		$1 != path || ($5 == "AWS::CloudFormation::Stack" && $3 != "removed" && $3 != "added") { next }
		$3 == "listed" { only = only (only == "" ? "" : ", ") $2; next }
		{
			sign = $3 == "added" ? "+" : $3 == "removed" ? "-" : $3 == "imported" ? ">" : "~"
			word = $3 == "in-place" ? "changed in place" : $3 == "may-replace" ? "may be replaced" : $3
			print "    " sign " " $2 "  " word "  " $5 ($4 == "-" ? "" : "  (" $4 ")") values[$2]
		}
		END { if (only != "") print "    = " only ": listed because a sibling\047s output is not known yet" }' "$NOTES/values" "$NOTES/verdicts" >&2
}

# show_values PATH: before and after of what changes, as CloudFormation tells it; asked for only where something changes.
show_values() {
	: >"$NOTES/values"
	[ -n "$EXISTS" ] || return 0
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
		say "error: --allow $(quoted "$key") names nothing that is guarded here"
		say "next: guarded is: $(cut -f 1 "$NOTES/guards" | tr '\n' ' ')"
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
