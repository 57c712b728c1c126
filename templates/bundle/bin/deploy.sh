#!/bin/sh
# Verifies, reviews, deploys and operates the stacks of this bundle: POSIX sh, the AWS CLI (version 1 or 2), sha256sum.
#
# It sends what deploy.py sends, byte for byte, and ends with the same stack; either takes over from the other. It can be
# read before it is run: this file has the verbs, bin/lib/ what they are made of. Whatever it does is a call of the AWS
# CLI that could be typed; it changes nothing of this bundle but published/.
# shellcheck disable=SC2034  # what is set here is read in bin/lib/
set -u

BUNDLE=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 2
LIB=$BUNDLE/bin/lib
NL='
'
# How long it waits between two looks, in seconds.
POLL=${DEPLOY_SH_POLL:-5}
VERB='' ENV='' SERVICE_NAME='' CONFIG_DIR='' YES='' WAIT='' FOLLOW='' OFF='' KEEP_SET='' PLAN='' EXIT_CODE='' AGAIN='' AGAIN_SETS=''
ALLOW='' SETS='' SET_FROM='' KEEP='' SKIP='' SKIPPED='' RETAIN=''
MADE_ARNS='' MADE_NAME='' STACK_ARN='' STATUS='' FOLLOWING='' OPERATION='' SINCE='' EVENTS_TO=2 AHEAD=0 UPLOADED=0 EXISTS='' PROTECTED=''

# Every file is what SHA256SUMS says, before one of them is read. A line that is not of its form names no file: sha256sum
# would pass over it.
spoilt() {
	printf '%s\n' "error: $1; nothing was sent" "next: get it again from the people who made it; put values of your own into a copy of config/<env>: --config DIR" >&2
	exit 2
}
[ -s "$BUNDLE/SHA256SUMS" ] || spoilt "$BUNDLE has no SHA256SUMS: the bundle is not complete"
SIXTEEN='[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
! grep -v "^$SIXTEEN$SIXTEEN$SIXTEEN$SIXTEEN  [^ ]" "$BUNDLE/SHA256SUMS" >/dev/null || spoilt "$BUNDLE/SHA256SUMS has changed since it was made: a line of it is not a checksum"
if ! sums=$( (cd "$BUNDLE" && sha256sum -c SHA256SUMS) 2>&1); then
	printf '%s\n' "$sums" | sed -n '/: OK$/!s/^/  /p' >&2
	spoilt "the bundle has changed since it was made: files differ from SHA256SUMS"
fi
for part in common bundle artifacts stack change_set comparison analysis review follow execution deploying operating verbs; do
	grep -q "  bin/lib/${part}[.]sh\$" "$BUNDLE/SHA256SUMS" || spoilt "$BUNDLE/SHA256SUMS does not name bin/lib/$part.sh"
	# shellcheck source=/dev/null
	. "$LIB/$part.sh"
done

usage() {
	cat <<'TEXT'
usage: deploy.sh VERB --env ENV [--service NAME] [options]

verbs
  verify    check the bundle against SHA256SUMS, and compare what runs with the bundle
  publish   upload the templates to the bucket; print root's URL, write published/ for Git sync and CodePipeline
  plan      show what deploy would change, then delete the change set
  deploy    the same, then ask, execute exactly what was shown, and follow it to its end
  status    the stack, its nested stacks, its outputs, and what a deployment would send
  outputs   the outputs, as NAME=VALUE
  events    the events of the last operation, in order; --follow continues to its end
  continue  continue a rollback that failed, or roll back an update that failed
  protect   set termination protection and stack policy to match the configuration; --off switches off the first
  delete    delete the stack, where it is not protected

options
  --env ENV              a folder of config/              --service NAME      a service of it, which is a stack of its own
  --config DIR           a copy of the environment's folder with values of your own, in its place
  --set KEY=VALUE        one parameter, for this run      --set-from-env KEY=VARIABLE   a secret, from the environment
  --keep-value KEY       one that the stack keeps         --yes               answer every question with yes
  --allow KEY            approve one guarded change by its name (with delete: the stack's); --yes alone never does
  --wait                 wait first until the stack is idle
  --exit-code            plan: end with 4 where something changes
  --keep                 plan: save the change set        --plan ARN          deploy: execute that one
  --skip NAME[,NAME]     continue: leave these as they are (NestedStackName.LogicalId, or their path)
  --retain ID[,ID]       delete: retain these in the account, after a deletion failed for them
  --follow               events: to the end of the operation in progress

exit codes
  0 done, or nothing to do   1 failed, or refused by AWS   2 wrong use, a changed file, another account: nothing was sent
  3 declined, or an approval is missing   4 plan --exit-code: there are changes   5 the stack is busy or stuck
  6 executed, and the result could not be observed   130 interrupted
TEXT
}

# Each option's value is the next word; a word that is none of these ends the run before anything is sent.
read_options() {
	case ${1:-} in -h | --help | help | '') usage; [ -n "${1:-}" ] && exit 0; exit 2 ;; esac
	VERB=$1
	shift
	case $VERB in verify | publish | plan | deploy | status | outputs | events | continue | protect | delete) ;; *) stop 2 "$(quoted "$VERB") is no verb" "see: $(quoted "$0") --help" ;; esac
	while [ $# -gt 0 ]; do
		case $1 in
			--env | --service | --config | --set | --set-from-env | --keep-value | --allow | --plan | --skip | --retain)
				[ $# -gt 1 ] || stop 2 "$1 needs a value" ;;
		esac
		case $1 in
			--env) ENV=$2 AGAIN="$AGAIN --env $(quoted "$2")" ;;
			--service) SERVICE_NAME=$2 AGAIN="$AGAIN --service $(quoted "$2")" ;;
			--config) CONFIG_DIR=$(CDPATH='' cd -- "$2" && pwd -P) || stop 2 "--config: $(quoted "$2") is no folder"
				AGAIN="$AGAIN --config $(quoted "$2")" ;;
			--set | --set-from-env)
				case $2 in *=*) ;; *) stop 2 "$1: KEY=VALUE is needed" ;; esac
				case ${2%%=*} in '' | *[!A-Za-z0-9]*) stop 2 "$1: KEY=VALUE is needed, and a parameter's name has letters and digits alone" ;; esac
				if [ "$1" = --set ]; then SETS="$SETS$NL${2%%=*}=$(escaped "${2#*=}")" AGAIN_SETS="$AGAIN_SETS --set $(quoted "$2")"; else
					case ${2#*=} in '' | [0-9]* | *[!A-Za-z0-9_]*) stop 2 "--set-from-env: KEY=VARIABLE is needed" ;; esac
					SET_FROM="$SET_FROM$NL$2" AGAIN="$AGAIN --set-from-env $2"
				fi ;;
			--keep-value) case $2 in '' | *[!A-Za-z0-9]*) stop 2 "--keep-value: the name of a parameter is needed" ;; esac
				KEEP="$KEEP$NL$2" AGAIN="$AGAIN --keep-value $2" ;;
			--allow) ALLOW="$ALLOW$2$NL" ;;
			--plan) PLAN=$2 ;;
			--skip) SKIP=$2 ;;
			--retain) RETAIN=$2 ;;
			--yes) YES=yes ;;
			--wait) WAIT=yes ;;
			--follow) FOLLOW=yes ;;
			--keep) KEEP_SET=yes ;;
			--off) OFF=yes ;;
			--exit-code) EXIT_CODE=yes ;;
			*) stop 2 "$(quoted "$1") is no option" "see: $(quoted "$0") --help" ;;
		esac
		case $1 in
			--env | --service | --config | --set | --set-from-env | --keep-value | --allow | --plan | --skip | --retain) shift 2 ;;
			*) shift ;;
		esac
	done
}

# Ctrl-C while something is asked or reviewed takes the change set away; while an operation is followed, it goes on.
interrupted() {
	trap '' INT TERM HUP PIPE
	say ""
	if [ -n "$FOLLOWING" ]; then
		say "interrupted: the operation on stack $STACK goes on"
		say "next: follow it: $(again events --follow); to roll an update back: aws cloudformation cancel-update-stack --stack-name $STACK --region $REGION"
	else
		say "interrupted: nothing was executed"
	fi
	exit 130
}

read_options "$@"
make_notes
trap clean_up EXIT
# The reader of the output may stop, as `| head` does.
trap interrupted INT TERM HUP PIPE
check_bundle
if [ "$VERB" != verify ] || [ -n "$ENV" ]; then read_environment; else read_settings "$BUNDLE/bin/release.sh"; fi
prepare_cli
"verb_$VERB"
