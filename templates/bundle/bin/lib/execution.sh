# From an approved change set to a settled stack.
# shellcheck shell=sh disable=SC2016,SC2030,SC2031,SC2034,SC2153

# start: executes what was reviewed. The set of a nested stack without a change is FAILED, and once its root was executed
# nobody can delete it: such sets pile up until the stack takes none any more. So where one has no change, a set without
# nested ones over the same root, parameters and tags is executed, if it provably does the same; else the reviewed one.
start() {
	EXECUTED=$CHANGE_SET
	if [ -n "$EXISTS" ] && leaves_some_out; then
		if [ -n "$PINNED" ] && [ ! -s "$NOTES/elsewhere" ] && plain_does_the_same; then
			EXECUTED=$PLAIN
			delete_change_set "$CHANGE_SET"
		else
			note "each nested stack without a change keeps a failed change set, which nobody can delete"
		fi
	fi
	SINCE=$(value "$NOTES/set.1" CreationTime | plain_time)
	execute "$EXECUTED"
}

leaves_some_out() {
	while IFS="$TAB" read -r number path arn; do
		if says_no_changes "$NOTES/set.$number"; then return 0; fi
	done <"$NOTES/sets"
	cut -f 2 "$NOTES/sets" >"$NOTES/with-set"
	cut -f 1 "$NOTES/tree" >"$NOTES/without-set"
	[ -n "$(comm_only_second "$NOTES/with-set" "$NOTES/without-set")" ]
}

# plain_does_the_same: PLAIN is made, and says of root what the reviewed set says; while that one stands, nobody deployed.
plain_does_the_same() {
	reviewed=$CHANGE_SET
	make_change_set false
	PLAIN=$CHANGE_SET CHANGE_SET=$reviewed
	await_change_set "$NOTES/plain" "$PLAIN"
	[ "$(value "$NOTES/plain" Status)" = CREATE_COMPLETE ] || return 1
	aws cloudformation get-template --change-set-name "$PLAIN" --query TemplateBody --output text --region "$REGION" >"$NOTES/plain-template" 2>/dev/null </dev/null &&
		same_template "$NOTES/plain-template" "$ROOT_TEXT" || return 1
	for each_set in set.1 plain; do
		table "$NOTES/$each_set" Changes ResourceChange/LogicalResourceId ResourceChange/Action ResourceChange/ResourceType ResourceChange/Replacement ResourceChange/PolicyAction | sort_ >"$NOTES/rows-of"
		mv "$NOTES/rows-of" "$NOTES/rows-of-$each_set"
	done
	# Of a nested stack both say that it is updated, or one leaves it out; of what is only listed, either may.
	awk_ -F "$TAB" '
		FILENAME == ARGV[1] { if ($1 == "-" && $3 == "listed") only[$2]; next }
		($3 == "AWS::CloudFormation::Stack" && $2 == "Modify") || ($1 in only) { next }
		FILENAME == ARGV[2] { reviewed[$0]; many++; next }
		{ if (!($0 in reviewed)) other = 1; many-- }
		END { exit other || many }' "$NOTES/verdicts" "$NOTES/rows-of-set.1" "$NOTES/rows-of-plain" || return 1
	ask "$NOTES/still" cloudformation describe-change-set --change-set-name "$reviewed" || return 1
	[ "$(value "$NOTES/still" ExecutionStatus)" = AVAILABLE ]
}

# execute ARN: from here on the operation goes on, whatever becomes of this script.
execute() {
	begin_log
	OPERATION=$(operation_token)
	say "executing on stack $STACK"
	FOLLOWING=yes
	if ! ask "$NOTES/executed" cloudformation execute-change-set --change-set-name "$1" --client-request-token "$OPERATION"; then
		began "$1" && return
		FOLLOWING=
		case $(message_in "$NOTES/executed") in
			*OBSOLETE* | *'does not exist'*) stop 1 "somebody else deployed to stack $STACK after it was reviewed; nothing was executed" "review again: $(again plan)" ;;
		esac
		refused "$NOTES/executed"
	fi
}

# Where no answer came, or another try was refused, the change set itself says whether it executes.
began() {
	ask "$NOTES/began" cloudformation describe-change-set --change-set-name "$1" || return 1
	case $(value "$NOTES/began" ExecutionStatus) in EXECUTE_*) return 0 ;; *) return 1 ;; esac
}

# It says who started the operation, and is on every event of it.
operation_token() {
	who=$(printf '%s' "$WHO" | sed 's/[^A-Za-z0-9][^A-Za-z0-9]*/-/g; s/^-//; s/-$//' | cut -c 1-80)
	printf 'deploy-%s-%s' "$who" "$(uuid)"
}

# finish: to the end of what was executed; what is set beside it is set once it has succeeded.
finish() {
	follow
	if ! is_success "$STATUS"; then
		explain_failure
		exit 1
	fi
	say "stack $STACK is $STATUS"
	if [ -s "$NOTES/postponed" ]; then apply_settings stack-policy; else apply_settings ""; print_outputs; fi
}
