# What a change set means: which rows change something, and which are listed only for an output that is not known yet.
# shellcheck shell=sh disable=SC2016,SC2034,SC2153

# analyse: a verdict on every row of every nested set, in $NOTES/verdicts: path of the layer, logical id, verdict,
# properties, type, action. moving.awk says what can change; what one nested stack outputs is what the next one is given.
analyse() {
	awk_ -F "$TAB" -v OFS="$TAB" '
		$1 == "constant" { many = split($4, name, ","); for (k = 1; k <= many; k++) print $2, name[k] }
		$1 == "changing" { print $2, "-" $4 }' "$BUNDLE/bin/guards.tsv" >"$NOTES/constant"
	cat "$NOTES/given" "$NOTES/kept" | cut -f 1 >"$NOTES/passed"
	: >"$NOTES/nothing"
	rm -f "$NOTES"/unsure.* "$NOTES"/fed.* "$NOTES"/words.* "$NOTES"/passed.* "$NOTES"/rows.* "$NOTES"/details.* "$NOTES"/analysed.*
	while IFS="$TAB" read -r number path arn; do
		key=$(key_of "$path")
		table "$NOTES/set.$number" Changes ResourceChange/LogicalResourceId ResourceChange/Action ResourceChange/Replacement ResourceChange/ResourceType >"$NOTES/rows.$key"
		details "$NOTES/set.$number" >"$NOTES/details.$key"
	done <"$NOTES/sets"
	if [ -n "$EXISTS" ]; then analyse_update; else analyse_creation; fi
}

# A path as a part of a file's name.
key_of() { case $1 in */*) printf '%s' "$1" | sed 's|/|+|g' ;; *) printf '%s' "$1" ;; esac; }

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
	while IFS="$TAB" read -r number path arn; do by_rows "$path"; done <"$NOTES/sets"
}

# by_rows PATH: verdicts by what CloudFormation says of each row, where no two templates show more: a nested stack that is added or
# goes, or whose template is not of this bundle (a TemplateURL that names somebody else's object).
by_rows() {
	[ -f "$NOTES/rows.$(key_of "$1")" ] || return 0
	awk_ -F "$TAB" -v OFS="$TAB" -v path="$1" '
		FILENAME == ARGV[1] { names[$1] = names[$1] (names[$1] == "" ? "" : " ") ($2 == "Properties" ? $3 : $2); next }
		{
			told = $2 == "Add" ? "added" : $2 == "Import" ? "imported" : $2 == "Remove" ? "removed" : $2 != "Modify" ? "unknown" : $3 == "True" ? "replaced" : $3 == "False" ? "in-place" : "may-replace"
			print path, $1, told, ($2 == "Modify" && names[$1] != "" ? names[$1] : "-"), $4, $2
		}' "$NOTES/details.$(key_of "$1")" "$NOTES/rows.$(key_of "$1")" >>"$NOTES/verdicts"
}

analyse_update() {
	tags=no
	[ ! -s "$NOTES/tags-differ" ] || tags=yes
	changed_by_hand
	each_stack note_passed
	# What can change only ever becomes more, so that it ends, however deep the layers stand on each other.
	while :; do
		cat "$NOTES"/fed.* 2>/dev/null | sort_ >"$NOTES/fed-before"
		: >"$NOTES/verdicts"
		each_stack analyse_layer
		new_layers
		cat "$NOTES"/fed.* 2>/dev/null | sort_ >"$NOTES/fed-after"
		cmp -s "$NOTES/fed-before" "$NOTES/fed-after" && return
	done
}

# changed_by_hand: a nested stack that somebody updated by itself has other parameters than its parent gave it, which no
# text of a template shows: what it has is compared with what its change set sends. A value that is not known yet is what
# a sibling outputs: that is compared with what the sibling outputs now. What the set does not know, or takes for what it
# was because it is an attribute of a resource, is noted in $NOTES/unsure.<layer>.
changed_by_hand() {
	each_nested describe_ahead
	wait
	: >"$NOTES/outputs-now"
	each_nested note_outputs
	each_nested note_by_hand
}

describe_ahead() { ask_ahead "$NOTES/nested.$3" cloudformation describe-stacks --stack-name "$2"; }

note_outputs() {
	must "$NOTES/nested.$3" cloudformation describe-stacks --stack-name "$2"
	pairs "$NOTES/nested.$3" Stacks/0/Outputs OutputKey OutputValue | awk_ -v path="$1" '{ print path "\t" $0 }' >>"$NOTES/outputs-now"
}

note_by_hand() {
	set_number=$(awk_ -F "$TAB" -v path="$1" '$2 == path { print $1 }' "$NOTES/sets")
	[ -n "$set_number" ] || return 0
	above=${1%/*}
	[ "$above" != "$1" ] || above=-
	: >"$NOTES/handing"
	! file=$(file_of "$above") || handed_parameters "$BUNDLE/templates/$file" >"$NOTES/handing"
	pairs "$NOTES/nested.$3" Stacks/0/Parameters ParameterKey ParameterValue >"$NOTES/has"
	pairs "$NOTES/set.$set_number" Parameters ParameterKey ParameterValue | awk_ -F "$TAB" -v above="$above" -v own="${1##*/}" -v unsure="$NOTES/unsure.$(key_of "$1")" '
		FILENAME == ARGV[1] { now[$1, $2] = "=" substr($0, length($1 $2) + 3); next }
		FILENAME == ARGV[2] { if ($1 == own) text[$2] = $3; next }
		FILENAME == ARGV[3] { has[$1] = "=" substr($0, length($1) + 2); next }
		{ sent = "=" substr($0, length($1) + 2) }
		!($1 in has) { print $1; next }
		sent ~ /[{][{](changeSet|IntrinsicFunction):/ {
			print $1 >unsure
			if (text[$1] !~ /^!GetAtt [A-Za-z0-9]+[.]Outputs[.][A-Za-z0-9]+$/) next
			split(substr(text[$1], 9), name, ".")
			sibling = (above == "-" ? "" : above "/") name[1]
			if (((sibling, name[3]) in now) && now[sibling, name[3]] != has[$1]) print $1
			next
		}
		sent != has[$1] { print $1; next }
		text[$1] ~ /GetAtt|[$][{]/ { print $1 >unsure }' "$NOTES/outputs-now" "$NOTES/handing" "$NOTES/has" - >"$NOTES/by-hand"
	[ ! -s "$NOTES/by-hand" ] || add_lines "$NOTES/words.$(key_of "$1")" <"$NOTES/by-hand"
}

# analyse_layer PATH ARN NUMBER: what can change in one stack, by its texts; each round begins with what others feed it.
analyse_layer() {
	key=$(key_of "$1")
	words=$NOTES/words.$key passed=$NOTES/passed.$key rows=$NOTES/rows.$key details=$NOTES/details.$key fed=$NOTES/fed.$key unsure=$NOTES/unsure.$key
	[ "$1" != - ] || words=$NOTES/words passed=$NOTES/passed
	for each_file in "$words" "$passed" "$rows" "$details" "$fed" "$unsure"; do [ -f "$each_file" ] || : >"$each_file"; done
	if [ "$1" = - ]; then new=$ROOT_TEXT; else
		# A layer that goes has no template here, nor has one of somebody else's: whatever it outputs can change.
		file=$(file_of "$1") || { by_rows "$1"; all_of "$1"; return; }
		new=$NOTES/sent/$file
	fi
	awk_ -f "$LIB/awk/moving.awk" part=1 "$words" part=2 "$passed" part=3 "$fed" part=4 "$NOTES/constant" part=5 "$rows" \
		part=6 "$details" TAGS="$tags" part=7 "$NOTES/running.$3" part=8 "$new" part=9 "$unsure" >"$NOTES/analysed.$key"
	awk_ -F "$TAB" -v OFS="$TAB" -v path="$1" '
		FILENAME == ARGV[1] { type[$1] = $4; action[$1] = $2; next }
		$1 == "row" { print path, $2, $3, ($4 == "" ? "-" : $4), ($5 == "" ? type[$2] : $5), ($2 in action ? action[$2] : "Modify") }' "$rows" "$NOTES/analysed.$key" >>"$NOTES/verdicts"
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
	LC_ALL=C MORE=$NOTES/more. INSIDE=$inside awk -F "$TAB" '$1 == "parameter" && $3 != "*" { key = ENVIRON["INSIDE"] $2; gsub("/", "+", key); print $3 >(ENVIRON["MORE"] key) }' "$NOTES/analysed.$(key_of "$1")"
	for more in "$NOTES"/more.*; do
		[ -f "$more" ] || continue
		add_lines "$NOTES/words.${more##*/more.}" <"$more"
		rm -f "$more"
	done
	awk_ -F "$TAB" '$1 == "parameter" && $3 == "*" { print $2 }' "$NOTES/analysed.$(key_of "$1")" >"$NOTES/handed"
	while IFS= read -r name; do
		! file=$(file_of "$inside$name") || declared "$BUNDLE/templates/$file" | add_lines "$NOTES/words.$(key_of "$inside$name")"
	done <"$NOTES/handed"
}

# note_passed PATH: the parameters that a template gives a value to, of each stack that it nests.
note_passed() {
	inside=$1/
	[ "$1" != - ] || inside=
	if [ "$1" = - ]; then new=$ROOT_TEXT; else file=$(file_of "$1") || return 0; new=$NOTES/sent/$file; fi
	handed_parameters "$new" | LC_ALL=C PASSED=$NOTES/passed. INSIDE=$inside awk -F "$TAB" '{ key = ENVIRON["INSIDE"] $1; gsub("/", "+", key); print $2 >(ENVIRON["PASSED"] key) }'
}

# handed_parameters TEMPLATE: nested stack, parameter and the text of its value, on one line.
handed_parameters() {
	awk_ 'function told() { if (parameter != "") print name "\t" parameter "\t" text; parameter = "" }
		/^[A-Za-z]/ { told(); inside = /^Resources:/ }
		!inside { next }
		/^  [^ ]/ { told(); name = $1; sub(/:.*/, "", name); here = 0 }
		/^    [^ ]/ { told(); here = 0 }
		/^      [^ ]/ { told(); here = /^      Parameters:/; next }
		here && /^        [A-Za-z0-9]+:/ { told(); parameter = $1; sub(/:.*/, "", parameter); text = $0; sub(/^ *[^:]*: */, "", text); next }
		here { text = text " " $0 }
		END { told() }' "$1"
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
		by_rows "$path"
	done <"$NOTES/sets"
}
