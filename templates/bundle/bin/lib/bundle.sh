# The bundle: that it is what was made, what it says of an environment, and the parameters that are sent.
# shellcheck shell=sh disable=SC2016,SC2034,SC2153  # set here and read elsewhere; ACCOUNT and its like come from environment.sh

# No file is there that SHA256SUMS does not name; that each is what it says, deploy.sh has held before it read this one.
# Whatever else a verb does comes after this. published/ is written by `publish`, review/ is for reading alone.
check_bundle() {
	sed 's/^[0-9a-f]*  *\**//; s/^\.\///' "$BUNDLE/SHA256SUMS" | sort_ >"$NOTES/named"
	(cd "$BUNDLE" && find bin config policy templates ! -type d) | sort_ >"$NOTES/there"
	more=$(comm_only_second "$NOTES/named" "$NOTES/there")
	[ -z "$more" ] || stop 2 "the bundle has files that SHA256SUMS does not name: $(printf '%s' "$more" | tr '\n' ' ')" \
		"get it again from the people who made it"
	links=$(cd "$BUNDLE" && find . -type l)
	[ -z "$links" ] || stop 2 "the bundle has links, which SHA256SUMS cannot check: $links"
}

comm_only_second() { awk_ 'FILENAME == ARGV[1] { seen[$0]; next } !($0 in seen)' "$1" "$2"; }

# What a configuration may say; any other name would be a variable of this program, or of the shell.
SETTINGS='ENVIRONMENT SERVICE ACCOUNT REGION PARTITION PARTITION_SUFFIX STACK PLATFORM BUCKET FOLDER ROOT BUCKET_IS_OURS ROLE_ARN CAPABILITIES TERMINATION_PROTECTION PROTECT MONITORING_MINUTES CHANGE_SET_PREFIX NO_ECHO VERSION COMMIT DIGEST'

# read_settings FILE: a file that holds only lines NAME='value' is read, any other refused before it is.
read_settings() {
	[ -f "$1" ] || stop 2 "$1 is not there"
	if grep -v -e '^#' -e '^$' -e "^[A-Z][A-Z0-9_]*='[^']*'\$" "$1" >/dev/null; then
		stop 2 "$1 may contain only lines NAME='value': it was not read"
	fi
	foreign=$(sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$1" | awk_ -v known="$SETTINGS" 'BEGIN { many = split(known, name, " "); for (i = 1; i <= many; i++) is[name[i]] } !($1 in is)')
	[ -z "$foreign" ] || stop 2 "$1 has names that are no settings of an environment: $(printf '%s' "$foreign" | tr '\n' ' ')"
	# shellcheck disable=SC1090  # the file was checked for that form
	. "$1"
}

read_environment() {
	case $ENV in '') stop 2 "--env is needed; the bundle has: $(environments)" ;; *[!A-Za-z0-9_.-]* | .*) stop 2 "--env: $(quoted "$ENV") is no name of an environment" ;; esac
	case $SERVICE_NAME in *[!A-Za-z0-9_.-]* | .*) stop 2 "--service: $(quoted "$SERVICE_NAME") is no name of a service" ;; esac
	own=config/$ENV${SERVICE_NAME:+/services/$SERVICE_NAME}
	[ -d "$BUNDLE/$own" ] || stop 2 "the bundle has no $own; it has: $(environments)"
	CONFIG=${CONFIG_DIR:-$BUNDLE/$own}
	ACCOUNT='' REGION='' STACK='' PLATFORM='' BUCKET='' FOLDER='' ROOT='' ROLE_ARN='' CAPABILITIES='' PROTECT=''
	SERVICE='' PARTITION='' PARTITION_SUFFIX='' BUCKET_IS_OURS='' TERMINATION_PROTECTION='' MONITORING_MINUTES='' CHANGE_SET_PREFIX=''
	VERSION='' COMMIT='' DIGEST=''
	read_settings "$BUNDLE/bin/release.sh"
	read_settings "$CONFIG/environment.sh"
	for name in ACCOUNT REGION STACK BUCKET FOLDER ROOT PARTITION PARTITION_SUFFIX CHANGE_SET_PREFIX; do
		eval "is=\$$name"
		[ -n "$is" ] || stop 2 "$CONFIG/environment.sh has no $name"
	done
	[ "$ENVIRONMENT/$SERVICE" = "$ENV/$SERVICE_NAME" ] ||
		stop 2 "$CONFIG/environment.sh is for environment $ENVIRONMENT${SERVICE:+, service $SERVICE}, not of $ENV${SERVICE_NAME:+, service $SERVICE_NAME}"
	[ -f "$BUNDLE/templates/$ROOT" ] || stop 2 "templates/$ROOT is not there"
	# A secret that was typed stands in no command that is suggested; then none of these values does.
	for name in $(no_echo "$BUNDLE/templates/$ROOT"); do
		case "$NL$SETS" in *"$NL$name="*) AGAIN_SETS=" --set $name=****" ;; esac
	done
}

environments() { (cd "$BUNDLE/config" && find . -name environment.sh) | sed 's|^\./||; s|/environment\.sh$||' | sort_ | tr '\n' ' '; }

# --- Parameters --------------------------------------------------------------------------------------------------------

# read_parameters: KEY and value of what is sent, in $NOTES/given; the keys that go on with the stack's value in $NOTES/kept.
read_parameters() {
	awk_ -f "$LIB/awk/json.awk" "$CONFIG/parameters.json" >"$NOTES/parameters" || stop 2 "$CONFIG/parameters.json is not JSON"
	awk_ -f "$LIB/awk/table.awk" LIST='' FIELDS='ParameterKey UsePreviousValue ParameterValue' EMPTY=yes "$NOTES/parameters" >"$NOTES/listed"
	awk_ -F "$TAB" '$1 == "" { exit 1 }' "$NOTES/listed" || stop 2 "$CONFIG/parameters.json: an entry has no ParameterKey"
	check_list "$NOTES/parameters" parameters.json 'ParameterKey ParameterValue UsePreviousValue ResolvedValue' 'ParameterValue UsePreviousValue=true'
	awk_ -F "$TAB" -v OFS="$TAB" '$2 != "true" { print $1, substr($0, length($1 $2) + 3) }' "$NOTES/listed" >"$NOTES/given"
	awk_ -F "$TAB" '$2 == "true" { print $1 }' "$NOTES/listed" >"$NOTES/kept"
	declared "$BUNDLE/templates/$ROOT" >"$NOTES/declared"
	: >"$NOTES/changed"
	if [ -f "$CONFIG/secrets.txt" ]; then
		while IFS='=' read -r key variable; do
			case "$NL$SET_FROM$NL$KEEP$NL" in *"$NL$key="* | *"$NL$key$NL"*) continue ;; esac
			[ -n "$variable" ] || stop 2 "the bundle has no value for $key" "give it: --set-from-env $key=VARIABLE, or --keep-value $key where the stack has it"
			SET_FROM="$SET_FROM$NL$key=$variable"
		done <"$CONFIG/secrets.txt"
	fi
	each_line "$SETS" set_parameter
	each_line "$SET_FROM" set_from_variable
	each_line "$KEEP" keep_parameter
	undeclared=$(cut -f 1 "$NOTES/given" | cat - "$NOTES/kept" | comm_only_second "$NOTES/declared" -)
	[ -z "$undeclared" ] || stop 2 "templates/$ROOT has no parameter $(printf '%s' "$undeclared" | tr '\n' ' ')" "its parameters are listed in RUNBOOK.md"
}

# check_list FILE NAME FIELDS ONE: refuses a file of the configuration that is not a list of objects of these fields, each
# with one of ONE. A file of another form would be taken for an empty one, which takes away what the stack has.
check_list() {
	awk_ -F "$TAB" -v fields="$3" -v one="$4" '
		BEGIN { many = split(fields, name, " "); for (i = 1; i <= many; i++) is[name[i]]; many = split(one, name, " "); for (i = 1; i <= many; i++) enough[name[i]] }
		$0 == "\t[]" { empty = 1; next }
		{ split($1, part, "/"); all[part[1]] }
		$1 !~ /^[0-9]+\/[A-Za-z]+$/ || !(part[2] in is) { wrong = 1 }
		(part[2] in enough) || ((part[2] "=" $2) in enough) { has[part[1]] }
		END { for (entry in all) { empty = 1; if (!(entry in has)) wrong = 1 }; exit wrong || !empty }' "$1" ||
		stop 2 "$CONFIG/$2 is no list of objects of $(printf '%s' "$3" | tr ' ' ,), each with its value; nothing was sent" "write it as the bundle does: config/$ENV${SERVICE_NAME:+/services/$SERVICE_NAME}/$2"
}

# each_line TEXT FUNCTION: the function with every line that is not empty. A value keeps its own line breaks: --set
# stores them as json.awk writes them.
each_line() {
	printf '%s\n' "$1" >"$NOTES/lines"
	while IFS= read -r each_text; do
		[ -z "$each_text" ] || "$2" "$each_text"
	done <"$NOTES/lines"
}

# escaped TEXT: as json.awk would print it.
escaped() {
	LC_ALL=C TEXT=$1 awk 'BEGIN {
		text = ENVIRON["TEXT"]
		for (i = 1; i < 32; i++) control[sprintf("%c", i)] = sprintf("\\u%04x", i)
		control["\t"] = "\\t"; control["\n"] = "\\n"; control["\r"] = "\\r"; control["\177"] = "\\u007f"; control["\\"] = "\\\\"
		while (match(text, /[\001-\037\177\\]/)) {
			printf "%s%s", substr(text, 1, RSTART - 1), control[substr(text, RSTART, 1)]
			text = substr(text, RSTART + 1)
		}
		print text
	}'
}

set_parameter() { replace_parameter "${1%%=*}" "${1#*=}"; }

set_from_variable() {
	variable=${1#*=}
	LC_ALL=C VARIABLE=$variable awk 'BEGIN { exit !(ENVIRON["VARIABLE"] in ENVIRON) }' ||
		stop 2 "environment variable $variable is not set" "set it to the value of parameter ${1%%=*}"
	eval "replace_parameter \"\${1%%=*}\" \"\$(escaped \"\$$variable\")\""
}

replace_parameter() {
	grep -v -x -e "$1" "$NOTES/kept" >"$NOTES/kept.new"
	mv "$NOTES/kept.new" "$NOTES/kept"
	LC_ALL=C KEY=$1 VALUE=$2 awk -F "$TAB" -v OFS="$TAB" '
		BEGIN { key = ENVIRON["KEY"]; line = key OFS ENVIRON["VALUE"] }
		$1 == key { print line; done = 1; next }
		{ print }
		END { if (!done) print line }' "$NOTES/given" >"$NOTES/given.new"
	mv "$NOTES/given.new" "$NOTES/given"
	echo "$1" >>"$NOTES/changed"
}

keep_parameter() {
	LC_ALL=C KEY=$1 awk -F "$TAB" '$1 != ENVIRON["KEY"]' "$NOTES/given" >"$NOTES/given.new"
	mv "$NOTES/given.new" "$NOTES/given"
	echo "$1" >>"$NOTES/kept"
}

# --- What a template says --------------------------------------------------------------------------------------------

# The names of a template's parameters.
declared() { awk_ '/^[A-Za-z]/ { inside = /^Parameters:/ } inside && /^  [A-Za-z0-9]+:/ { sub(/^  /, ""); sub(/:.*/, ""); print }' "$1"; }

# Those whose values are shown nowhere.
no_echo() {
	awk_ '/^[A-Za-z]/ { inside = /^Parameters:/ }
		inside && /^  [A-Za-z0-9]+:/ { name = $1; sub(/:.*/, "", name) }
		inside && /NoEcho: *["\047]?([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn])/ { print name }' "$1"
}

# defaults TEMPLATE: KEY and value, as json.awk writes it, of the parameters whose default is certain:
# on one line, and no scalar that CloudFormation's YAML would take for something else than its text.
defaults() {
	awk_ '/^[A-Za-z]/ { tell(); inside = /^Parameters:/ }
		!inside { next }
		/^  [A-Za-z0-9]+:/ { tell(); name = $1; sub(/:.*/, "", name) }
		/^    [^ ]/ { tell() }
		/^    Default: / { text = substr($0, 14); sub(/^ +/, "", text); sub(/ +$/, "", text); there = 1; next }
		there && !/^ *$/ { there = 0 }
		END { tell() }
		function tell() {
			if (there && text ~ /^"[^"\\]*"$/) print name "\t" substr(text, 2, length(text) - 2)
			else if (there && text ~ /^\047[^\047\\]*\047$/) print name "\t" substr(text, 2, length(text) - 2)
			else if (there && text ~ /^(0|[1-9][0-9]*|true|false|[A-Za-z][A-Za-z0-9_.\/-]*)$/ && tolower(text) !~ /^(y|n|yes|no|on|off|null|true|false)$/) print name "\t" text
			else if (there && text ~ /^(true|false)$/) print name "\t" text
			there = 0
		}' "$1"
}

# at_creation TEMPLATE: KEY and value of what a creation sends in place of what is asked for (Metadata.Deployment.AtCreation):
# what a creation that fails could not undo, such as a deletion protection, follows once the stack exists.
at_creation() {
	awk_ '/^[A-Za-z]/ { inside = /^Metadata:/ }
		inside && /^    AtCreation:/ { here = 1; next }
		here && !/^      / { here = 0 }
		here && inside { line = substr($0, 7); name = line; sub(/:.*/, "", name); sub(/^[^:]*: */, "", line)
			if (line ~ /^".*"$/ || line ~ /^\047.*\047$/) line = substr(line, 2, length(line) - 2)
			print name "\t" line }' "$1"
}

# What CloudFormation reads elsewhere each time: only a change set knows whether that is another value now.
read_elsewhere() {
	(cd "$BUNDLE/templates" && grep -l -E '^Transform:|Fn::Transform|AWS::SSM::Parameter::|\{\{resolve:|GetAZs|Fn::GetStackOutput|GetStackOutput' "$@") 2>/dev/null
}

# unstamped FILE: a root template without the lines that name the release: two releases may differ in these alone.
unstamped() { awk_ -f "$LIB/awk/stamp.awk" "$1"; }
