# What every verb uses: words for a person, a folder for notes, the AWS CLI, and reading what it answers.
# It is read by bin/deploy.sh; it does nothing by itself.
# shellcheck shell=sh disable=SC2016,SC2034,SC2119,SC2120  # what is set here is read by the other files

TAB=$(printf '\t')

# stdout has what a next command uses; everything for a person goes to stderr.
say() { printf '%s\n' "$*" >&2; }
note() { say "note: $*"; }

# stop CODE MESSAGE [NEXT]: what happened and why, then what to do next.
stop() {
	say "error: $2"
	[ -z "${3:-}" ] || say "next: $3"
	exit "$1"
}

# A value in a message or a suggested command, in quotes where the shell needs them.
quoted() {
	case $1 in
		*[!A-Za-z0-9_/.:=@,%+-]* | '') printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
		*) printf '%s' "$1" ;;
	esac
}

# The command that was given, with another verb: `again deploy --yes`.
again() {
	printf '%s' "$(quoted "$0")"
	for word in "$@"; do printf ' %s' "$(quoted "$word")"; done
	printf '%s%s' "$AGAIN" "$AGAIN_SETS"
}

# The folder for notes holds values of parameters: nobody else may read it.
make_notes() {
	umask 077
	NOTES=$(mktemp -d "${TMPDIR:-/tmp}/deploy-sh.XXXXXX") || exit 1
}

awk_() { LC_ALL=C awk "$@"; }
sort_() { LC_ALL=C sort "$@"; }
digest_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

# A UUID: it makes the name of a change set the only one, and a repeated request harmless.
uuid() {
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n' |
		sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)\(.\{12\}\).*/\1-\2-4\3-a\4-\5/'
}

# --- The AWS CLI -----------------------------------------------------------------------------------------------------

# Whatever a machine's configuration says of output, pager and prompts: the answers are JSON here, and nobody is asked.
# A CLI that is a Python program reads and writes UTF-8, whatever the locale.
prepare_cli() {
	command -v aws >/dev/null 2>&1 || stop 2 "the AWS CLI is not installed" "install version 2: https://docs.aws.amazon.com/cli/"
	export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_CLI_FILE_ENCODING=UTF-8 PYTHONUTF8=1 PYTHONIOENCODING=utf-8
	# Later ones write errors in the form that the configuration names, of which `code_in` reads one.
	export AWS_CLI_ERROR_FORMAT=legacy
	# It is called in the folder for notes: what its variables name is seen from here.
	is=
	for name in AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_CA_BUNDLE AWS_WEB_IDENTITY_TOKEN_FILE AWS_DATA_PATH; do
		eval "is=\${$name:-}"
		case $is in '' | /* | '~'*) ;; *) eval "export $name=\$PWD/\$is" ;; esac
	done
	# Adaptive retries of the CLI bear most of the throttling; what is left is borne where an operation is followed.
	export AWS_RETRY_MODE="${AWS_RETRY_MODE:-standard}" AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-6}"
}

# ask FILE SERVICE OPERATION ARGUMENT...: the answer as json.awk prints it, in FILE.
# Fails with the CLI's words in FILE.refused; `code_in` and `refused_by` read them.
ask() {
	file=$1
	shift
	if [ -f "$file.ahead" ]; then rm -f "$file.ahead"; return 0; fi
	# The CLI takes `$` and `~` in the path of a file:// for more than letters: what it reads lies where it is called.
	(cd "$NOTES" && exec aws "$@" --region "$REGION" --output json --color off) >"$file.json" 2>"$file.refused" </dev/null || return 1
	awk_ -f "$LIB/awk/json.awk" "$file.json" >"$file" && return 0
	[ -s "$file.json" ] || { : >"$file"; return 0; }
	echo "the AWS CLI answered something that is not JSON" >"$file.refused"
	return 1
}

# ask_ahead FILE SERVICE OPERATION ...: the same question beside others, as each call of the CLI takes a second. Who then
# asks it with `ask` has the answer already, or asks once more; `wait` comes between.
ask_ahead() {
	( ask "$@" && : >"$1.ahead" ) &
	AHEAD=$((AHEAD + 1))
	[ $((AHEAD % 8)) -ne 0 ] || wait
}

# The error code in an answer: ValidationError, AccessDenied, ... ; nothing where there was no answer from AWS.
code_in() { sed -n 's/.*An error occurred (\([^)]*\)) when calling.*/\1/p' "$1.refused" | sed -n 1p; }
message_in() { sed -n 's/.*An error occurred ([^)]*) when calling the [A-Za-z0-9]* operation[^:]*: //p' "$1.refused" | sed -n 1p; }

is_throttled() {
	case $(code_in "$1") in
		Throttling | ThrottlingException | TooManyRequestsException | RequestLimitExceeded | SlowDown) return 0 ;;
		*) return 1 ;;
	esac
}

# Whether another try may succeed although nothing is changed: no answer, or AWS is busy.
is_passing() {
	is_throttled "$1" && return 0
	case $(code_in "$1") in
		500 | 502 | 503 | 504 | InternalFailure | InternalError | ServiceUnavailable | RequestTimeout) return 0 ;;
		'') grep -qi -e 'could not connect' -e 'timeout' -e 'connection' "$1.refused" ;;
		*) return 1 ;;
	esac
}

# refused FILE WHAT: ends the run with what AWS, or the CLI, said.
refused() {
	code=$(code_in "$1")
	operation=$(sed -n 's/.*when calling the \([A-Za-z0-9]*\) operation.*/\1/p' "$1.refused" | sed -n 1p)
	case $code in
		ExpiredToken | ExpiredTokenException | RequestExpired | InvalidClientTokenId | UnrecognizedClientException | \
			SignatureDoesNotMatch)
			stop "${2:-2}" "the credentials are not accepted: $(message_in "$1") ($code)" "sign in again, then: $(again "$VERB")" ;;
		AccessDenied | AccessDeniedException | UnauthorizedOperation | 403)
			stop "${2:-1}" "AWS refused $operation: $(message_in "$1") ($code)" "ask for that permission (policy/ has what a deployer needs), then: $(again "$VERB")" ;;
		'')
			text=$(tr '\n' ' ' <"$1.refused" | cut -c 1-400)
			case $text in
				*redentials* | *'sso login'* | *'SSO'* | *'config profile'*) stop "${2:-2}" "$text" "have credentials for account $ACCOUNT (aws configure, aws sso login, AWS_PROFILE), then: $(again "$VERB")" ;;
				*'Unknown options'* | *'unrecognized arguments'* | *'Invalid choice'* | *'invalid choice'*) stop "${2:-2}" "this AWS CLI is too old: $text" "install a newer one: aws --version" ;;
				*) stop "${2:-1}" "no answer from AWS: $text" "try again: $(again "$VERB")" ;;
			esac ;;
		*) stop "${2:-1}" "AWS refused $operation: $(message_in "$1") ($code)" "${3:-}" ;;
	esac
}

# must FILE SERVICE OPERATION ...: the answer, or the end of the run; another try where that may help.
must() {
	tries=0
	while ! ask "$@"; do
		tries=$((tries + 1))
		{ [ "$tries" -lt 4 ] && is_passing "$1"; } || refused "$1"
		pause $((tries * POLL))
	done
}

# ask_again FILE SERVICE OPERATION ...: the same, and where there is no answer the run goes on.
ask_again() {
	tries=0
	while ! ask "$@"; do
		tries=$((tries + 1))
		{ [ "$tries" -lt 4 ] && is_passing "$1"; } || return 1
		pause $((tries * POLL))
	done
}

pause() { sleep "$1"; }

# --- Reading answers ---------------------------------------------------------------------------------------------------

# value FILE PATH: one value; nothing where there is none.
value() { awk_ -F "$TAB" -v path="$2" '$1 == path { print substr($0, length($1) + 2); exit }' "$1"; }

# table FILE LIST FIELD...: a line for each member of a list, its fields between tabs, `-` where one is not there.
table() {
	list=$2 from=$1
	shift 2
	awk_ -f "$LIB/awk/table.awk" LIST="$list" FIELDS="$*" "$from"
}

# pairs FILE LIST KEY VALUE: the same of two fields, sorted, an empty one left empty.
pairs() { awk_ -f "$LIB/awk/table.awk" LIST="$2" FIELDS="$3 $4" EMPTY=yes "$1" | sort_; }

# --- Asking a person ---------------------------------------------------------------------------------------------------

# approved QUESTION: --yes, or a y that is typed; without a terminal and --yes nothing is done.
approved() {
	if [ -n "$YES" ]; then
		say "$1 yes (--yes)"
		return 0
	fi
	[ -t 0 ] || { say "$1 no: there is no terminal to answer at, and --yes was not given"; return 1; }
	printf '%s [y/N] ' "$1" >&2
	read -r answer || answer=
	case $answer in y | Y | yes) return 0 ;; *) return 1 ;; esac
}

# allowed KEY: whether --allow names it, or it is typed; --yes is not enough.
allowed() {
	case "$NL$ALLOW" in *"$NL$1$NL"*) say "approved by --allow: $1"; return 0 ;; esac
	[ -t 0 ] && [ -z "$YES" ] || return 1
	printf 'to approve it, type %s: ' "$1" >&2
	read -r answer || answer=
	[ "$answer" = "$1" ]
}
