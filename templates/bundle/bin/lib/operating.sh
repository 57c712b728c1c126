# The verbs continue, protect and delete.
# shellcheck shell=sh disable=SC2016,SC2030,SC2031,SC2034,SC2153

verb_continue() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK does not exist" "$(again deploy)"
	way_out "$STATUS"
	case $STATUS in
		UPDATE_ROLLBACK_FAILED | UPDATE_FAILED) ;;
		CREATE_FAILED | ROLLBACK_FAILED | ROLLBACK_COMPLETE | DELETE_FAILED | *_IN_PROGRESS) stop 5 "stack $STACK is in $STATUS, for which there is no rollback. $WHY" "$NEXT" ;;
		*) say "stack $STACK is $STATUS: there is no rollback to continue"; return ;;
	esac
	begin_log
	OPERATION=$(operation_token)
	set -- --stack-name "$STACK_ARN" --client-request-token "$OPERATION"
	operation=rollback-stack
	if [ "$STATUS" = UPDATE_ROLLBACK_FAILED ]; then
		operation=continue-update-rollback
		stuck_resources
		show_stuck
		skipped_names
		# shellcheck disable=SC2086  # names of stacks and logical ids have no blanks
		[ -z "$SKIPPED" ] || set -- "$@" --resources-to-skip $SKIPPED
	elif [ -n "$SKIP" ]; then
		stop 2 "--skip is for a rollback that is stuck: the stack is in $STATUS"
	fi
	: >"$NOTES/guards"
	approved "Roll stack $STACK back${SKIPPED:+, leaving as they are: $SKIPPED}?" || decline
	mark_known "$STACK_ARN"
	FOLLOWING=yes
	ask "$NOTES/begun" cloudformation "$operation" "$@" || { FOLLOWING=; refused "$NOTES/begun"; }
	follow
	case $STATUS in
		UPDATE_ROLLBACK_COMPLETE | ROLLBACK_COMPLETE | DELETE_COMPLETE) say "stack $STACK is $STATUS"; way_out "$STATUS"; say "next: $NEXT" ;;
		*) explain_failure; exit 1 ;;
	esac
}

# skipped_names: --skip in AWS's form, in SKIPPED; a path (Ecs/Service) is taken too. What is not stuck is refused by its name.
skipped_names() {
	for name in $(printf '%s' "$SKIP" | tr ',' ' '); do
		called=$(awk_ -F "$TAB" -v name="$name" '$1 == name || $2 == name { print $2; exit }' "$NOTES/stuck")
		[ -n "$called" ] || stop 2 "--skip: $(quoted "$name") is not stuck" "stuck are: $(cut -f 2 "$NOTES/stuck" | tr '\n' ' ')"
		SKIPPED="$SKIPPED${SKIPPED:+ }$called"
	done
}

verb_protect() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK does not exist" "$(again deploy)"
	: >"$NOTES/verdicts"
	if [ -n "$OFF" ]; then TERMINATION_PROTECTION=false; fi
	compare_settings >"$NOTES/all-settings"
	awk_ -F "$TAB" -v off="$OFF" '$4 == "after" && (off == "" || $1 == "termination-protection")' "$NOTES/all-settings" >"$NOTES/settings"
	if [ ! -s "$NOTES/settings" ]; then
		say "stack $STACK: termination protection is $([ "$PROTECTED" = true ] && echo on || echo off), as it should be; nothing to do"
		return
	fi
	guards
	show_settings
	show_guards
	approve "Change settings of stack $STACK in $ACCOUNT/$REGION?"
	apply_settings ""
}

verb_delete() {
	check_account
	look "$STACK"
	if [ -z "$STATUS" ]; then say "stack $STACK does not exist: nothing to do"; return; fi
	[ "$PROTECTED" != true ] || stop 2 "stack $STACK is protected against deletion; nothing was deleted" "$(again protect --off --allow termination-protection), then: $(again delete)"
	: >"$NOTES/guards"
	if [ "$STATUS" = REVIEW_IN_PROGRESS ]; then delete_reviewed; return; fi
	if is_busy "$STATUS" && [ "$STATUS" != DELETE_IN_PROGRESS ]; then
		if [ -n "$WAIT" ]; then await_idle; else way_out "$STATUS"; stop 5 "stack $STACK is in $STATUS. $WHY" "$NEXT"; fi
	fi
	show_deletion
	approve "Delete stack $STACK in $ACCOUNT/$REGION?"
	begin_log
	OPERATION=$(operation_token)
	mark_known "$STACK_ARN"
	set -- --stack-name "$STACK_ARN" --client-request-token "$OPERATION"
	# shellcheck disable=SC2046  # logical ids have no blanks
	[ -z "$RETAIN" ] || set -- "$@" --retain-resources $(printf '%s' "$RETAIN" | tr ',' ' ')
	FOLLOWING=yes
	ask "$NOTES/begun" cloudformation delete-stack "$@" || { FOLLOWING=; refused "$NOTES/begun"; }
	follow
	[ "$STATUS" = DELETE_COMPLETE ] || { explain_failure; exit 1; }
	say "stack $STACK is deleted"
}

# A name with change sets: one that can still be executed may be a plan that somebody is about to approve.
delete_reviewed() {
	must "$NOTES/others" cloudformation list-change-sets --stack-name "$STACK_ARN"
	table "$NOTES/others" Summaries ChangeSetId ExecutionStatus Description >"$NOTES/left"
	awk_ -F "$TAB" '{ print "  change set " $1 ", " $2 ", " $3 }' "$NOTES/left" >&2
	if awk_ -F "$TAB" '$2 == "AVAILABLE" { found = 1 } END { exit !found }' "$NOTES/left"; then
		printf '%s\tholds a change set that somebody may be about to execute\n' "$STACK" >"$NOTES/guards"
	fi
	approve "Delete the empty stack $STACK with its change sets?"
	cut -f 1 "$NOTES/left" >"$NOTES/left-arns"
	while IFS= read -r arn <&3; do delete_change_set "$arn"; done 3<"$NOTES/left-arns"
	delete_empty
	say "stack $STACK is deleted"
}

# What exists, and how much of it is more than can be created again: then the stack's name is needed, --yes is not enough.
show_deletion() {
	tree "$STACK_ARN"
	awk_ -F "$TAB" -v stack="$STACK" '
		FILENAME == ARGV[1] { if ($1 == "harmless") harmless[$2]; next }
		$2 == "AWS::CloudFormation::Stack" || $3 == "DELETE_COMPLETE" || $3 == "DELETE_SKIPPED" || ($4 == "-" && $3 ~ /^CREATE/) { next }
		{ many++; print "  - " $1 "  " $2 > "/dev/stderr"; if (!($2 in harmless)) grave++ }
		END { if (grave) print stack "\t" grave " of its " many " resources are guarded" }' "$BUNDLE/bin/guards.tsv" "$NOTES/resources" >"$NOTES/guards"
	[ ! -s "$NOTES/guards" ] || say "guarded: $(cut -f 2 "$NOTES/guards")"
}
