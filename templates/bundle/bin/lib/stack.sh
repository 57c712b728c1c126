# The stack and the stacks that it nests: what they are, what state they are in, and what leads out of it.
# shellcheck shell=sh disable=SC2016,SC2034,SC2153

# Whose credentials these are: another account than the environment's is refused before anything else is asked.
check_account() {
	for name in AWS_REGION AWS_DEFAULT_REGION; do
		eval "is=\${$name:-}"
		[ -z "$is" ] || [ "$is" = "$REGION" ] ||
			stop 2 "$name is $is, but environment $ENV is in $REGION; nothing was sent" "unset $name, or name another environment"
	done
	if ! ask "$NOTES/caller" sts get-caller-identity; then
		is_passing "$NOTES/caller" && must "$NOTES/caller" sts get-caller-identity
		[ -z "$(code_in "$NOTES/caller")" ] || refused "$NOTES/caller" 2
		refused "$NOTES/caller"
	fi
	is=$(value "$NOTES/caller" Account)
	CALLER=$(value "$NOTES/caller" Arn)
	[ "$is" = "$ACCOUNT" ] || stop 2 "the credentials belong to account $is, but environment $ENV is in account $ACCOUNT; nothing was sent" \
		"take the credentials of that account (AWS_PROFILE), then: $(again "$VERB")"
	# `name` of a user, `role/session` of an assumed role; it stands in the change set and on every event.
	WHO=${CALLER##*:}
	case $WHO in */*) WHO=${WHO#*/} ;; *) WHO=root ;; esac
}

# describe FILE STACK: 0 where the stack is there, 1 where it is not; ends the run at any other answer.
describe() {
	tries=0
	until ask "$1" cloudformation describe-stacks --stack-name "$2"; do
		case $(code_in "$1"):$(message_in "$1") in ValidationError:*'does not exist'*) return 1 ;; esac
		tries=$((tries + 1))
		{ [ "$tries" -lt 4 ] && is_passing "$1"; } || refused "$1"
		pause $((tries * POLL))
	done
	[ "$(value "$1" Stacks/0/StackStatus)" != DELETE_COMPLETE ]
}

# look STACK: the environment's stack, once by its name and by its ARN from then on. STATUS is empty where there is none.
look() {
	STACK_ARN='' STATUS='' PROTECTED='' EXISTS=''
	describe "$NOTES/stack" "$1" || return 0
	STACK_ARN=$(value "$NOTES/stack" Stacks/0/StackId)
	STATUS=$(value "$NOTES/stack" Stacks/0/StackStatus)
	PROTECTED=$(value "$NOTES/stack" Stacks/0/EnableTerminationProtection)
	# Under review there is a name, and nothing in it yet.
	[ "$STATUS" = REVIEW_IN_PROGRESS ] || EXISTS=yes
}

is_busy() { case $1 in REVIEW_IN_PROGRESS) return 1 ;; *_IN_PROGRESS) return 0 ;; *) return 1 ;; esac; }

# The states in which a stack takes the next change set.
is_ready() {
	case $1 in CREATE_COMPLETE | UPDATE_COMPLETE | UPDATE_ROLLBACK_COMPLETE | IMPORT_COMPLETE | IMPORT_ROLLBACK_COMPLETE) return 0 ;; *) return 1 ;; esac
}

# The states in which an operation that was asked for has done what it should.
is_success() { case $1 in CREATE_COMPLETE | UPDATE_COMPLETE | IMPORT_COMPLETE) return 0 ;; *) return 1 ;; esac; }

# way_out STATUS: what the state means, and the command that leads on (user guide, "Stack failure options").
way_out() {
	case $1 in
		REVIEW_IN_PROGRESS) WHY="The stack has change sets and no resources." NEXT="$(again deploy), or delete it: $(again delete)" ;;
		*_IN_PROGRESS) WHY="An operation is in progress." NEXT="follow it to its end: $(again events --follow)" ;;
		CREATE_FAILED) WHY="Creation failed and was not rolled back." NEXT="$(again delete), then: $(again deploy)" ;;
		ROLLBACK_COMPLETE) WHY="Creation failed and was rolled back. The stack has no resources and cannot be updated." NEXT="$(again delete), then fix the cause, then: $(again deploy)" ;;
		ROLLBACK_FAILED) WHY="Creation failed, and some of the resources that it created could not be deleted." NEXT="fix what could not be deleted, then: $(again delete)" ;;
		DELETE_FAILED) WHY="Some resources could not be deleted." NEXT="fix what could not be deleted, then: $(again delete), or retain it in the account: $(again delete --retain LOGICAL_ID)" ;;
		UPDATE_FAILED) WHY="An update failed and was not rolled back." NEXT="roll it back: $(again continue)" ;;
		UPDATE_ROLLBACK_FAILED) WHY="An update failed, and some resources could not be rolled back." NEXT="fix what did not roll back, then: $(again continue)" ;;
		IMPORT_ROLLBACK_FAILED) WHY="An import failed and could not be rolled back." NEXT="see what did not roll back: $(again events); until that is fixed, the stack cannot be updated" ;;
		UPDATE_ROLLBACK_COMPLETE) WHY="The last update failed and was rolled back." NEXT="fix the cause, then: $(again deploy)" ;;
		*_COMPLETE) WHY="The last operation has ended." NEXT=$(again deploy) ;;
		*) WHY="This program does not know that state." NEXT="see the events of the stack: $(again events)" ;;
	esac
}

# Ends the run where the stack takes no change set now.
refuse_unready() {
	[ -n "$STATUS" ] || return 0
	if is_busy "$STATUS" && [ -n "$WAIT" ]; then await_idle; fi
	if [ "$STATUS" = REVIEW_IN_PROGRESS ] || is_ready "$STATUS"; then return 0; fi
	way_out "$STATUS"
	reason=$(value "$NOTES/stack" Stacks/0/StackStatusReason)
	stop 5 "stack $STACK is in $STATUS${reason:+: $reason}. $WHY" "$NEXT"
}

await_idle() {
	say "waiting until the operation on stack $STACK has ended"
	while is_busy "$STATUS"; do
		pause "$POLL"
		look "$STACK_ARN"
	done
}

# A service stands on the platform's stack, whose exports it reads.
check_platform() {
	[ -n "$PLATFORM" ] || return 0
	describe "$NOTES/platform" "$PLATFORM" || stop 5 "stack $PLATFORM, which $SERVICE needs, does not exist" "create it first: $(quoted "$0") deploy --env $ENV"
	is=$(value "$NOTES/platform" Stacks/0/StackStatus)
	case $is in
		REVIEW_IN_PROGRESS | CREATE_IN_PROGRESS | CREATE_FAILED | ROLLBACK_* | DELETE_*)
			stop 5 "stack $PLATFORM, which $SERVICE needs, is in $is" "look at it first: $(quoted "$0") status --env $ENV" ;;
	esac
}

# --- The tree of nested stacks -------------------------------------------------------------------------------------------

# tree ARN: every stack from that one down, in $NOTES/tree: path (`-` of the root), ARN; and in $NOTES/resources: the path
# of each resource, its type, status, physical id, reason, and the ARN of its stack.
tree() {
	: >"$NOTES/resources"
	printf '%s\t%s\n' - "$1" >"$NOTES/tree"
	at=1
	while parent=$(sed -n "${at}p" "$NOTES/tree") && [ -n "$parent" ]; do
		at=$((at + 1))
		arn=${parent#*"$TAB"}
		inside=${parent%%"$TAB"*}/
		[ "$inside" != -/ ] || inside=
		tries=0
		inner=$NOTES/inside.$at
		until ask "$inner" cloudformation list-stack-resources --stack-name "$arn"; do
			# One that is deleted meanwhile has nothing to list.
			case $(message_in "$inner") in *'does not exist'*) : >"$inner"; break ;; esac
			tries=$((tries + 1))
			{ [ "$tries" -lt 4 ] && is_passing "$inner"; } || refused "$inner"
			pause $((tries * POLL))
		done
		table "$inner" StackResourceSummaries LogicalResourceId ResourceType ResourceStatus PhysicalResourceId ResourceStatusReason |
			awk_ -v OFS="$TAB" -v inside="$inside" -v arn="$arn" '{ print inside $0, arn }' >"$NOTES/more"
		cat "$NOTES/more" >>"$NOTES/resources"
		awk_ -F "$TAB" -v OFS="$TAB" '$2 == "AWS::CloudFormation::Stack" && $3 != "DELETE_COMPLETE" && $4 ~ /^arn:/ { print $1, $4 }' "$NOTES/more" >"$NOTES/below"
		place=$(wc -l <"$NOTES/tree")
		cat "$NOTES/below" >>"$NOTES/tree"
		while IFS="$TAB" read -r path arn; do
			place=$((place + 1))
			# Its place in the list is its number; `at` has gone one further by then.
			ask_ahead "$NOTES/inside.$((place + 1))" cloudformation list-stack-resources --stack-name "$arn"
		done <"$NOTES/below"
		wait
	done
}

# each_stack FUNCTION: the function with path, ARN and number of each stack of the tree, in its order; the root's are `-`,
# its ARN and 1. each_nested leaves the root out.
each_stack() {
	visited=0
	while IFS="$TAB" read -r visited_path visited_arn <&4; do
		visited=$((visited + 1))
		"$1" "$visited_path" "$visited_arn" "$visited"
	done 4<"$NOTES/tree"
}

each_nested() {
	visit=$1
	each_stack visit_nested
}

visit_nested() { [ "$1" = - ] || "$visit" "$@"; }

# file_of PATH: the template, below templates/, of the nested stack at a path; nothing where the bundle has none.
file_of() {
	if [ -f "$NOTES/files" ]; then
		while IFS="$TAB" read -r known file; do
			[ "$known" != "$1" ] || { printf '%s\n' "$file"; return; }
		done <"$NOTES/files"
	fi
	file=$ROOT
	rest=$1
	while [ -n "$rest" ] && [ "$rest" != - ]; do
		first=${rest%%/*}
		case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
		name=$(nested_file "$BUNDLE/templates/$file" "$first")
		[ -n "$name" ] || return 1
		file=$(beside "$file" "$name")
	done
	printf '%s\t%s\n' "$1" "$file" >>"$NOTES/files"
	printf '%s\n' "$file"
}

# nested_file TEMPLATE LOGICAL_ID: the file that a nested stack names.
nested_file() {
	awk_ -v name="$2" '/^[A-Za-z]/ { inside = /^Resources:/ } inside && /^  [A-Za-z0-9]+:/ { here = $1 == name ":" } inside && here && /^ *TemplateURL:/' "$1" >"$NOTES/one"
	named_files "$NOTES/one" | sed -n 1p
}

# running_template ARN FILE: the template that a stack was given, byte for byte, but for one line break that text output adds.
running_template() {
	if [ -f "$2.ahead" ]; then rm -f "$2.ahead"; return 0; fi
	tries=0
	until aws cloudformation get-template --stack-name "$1" --template-stage Original --query TemplateBody --output text \
		--region "$REGION" --color off >"$2" 2>"$2.refused" </dev/null; do
		case $(message_in "$2") in *'does not exist'*) : >"$2"; return 1 ;; esac
		tries=$((tries + 1))
		{ [ "$tries" -lt 4 ] && is_passing "$2"; } || refused "$2"
		pause $((tries * POLL))
	done
}

# same_template RUNNING FILE [ROOT]: whether what runs is that file; with a third word, apart from the release's stamp.
same_template() {
	{ cat "$2"; echo; } >"$NOTES/with-line-break"
	cmp -s "$1" "$NOTES/with-line-break" && return 0
	[ -n "${3:-}" ] || return 1
	unstamped "$1" >"$NOTES/unstamped-1"
	unstamped "$NOTES/with-line-break" >"$NOTES/unstamped-2"
	cmp -s "$NOTES/unstamped-1" "$NOTES/unstamped-2"
}
