# The verbs plan and deploy: create or update the stack to match the bundle, through a change set.
# shellcheck shell=sh disable=SC2016,SC2030,SC2031,SC2034,SC2153

verb_plan() { through plan; }
verb_deploy() { if [ -n "$PLAN" ]; then deploy_kept; else through deploy; fi; }

# through plan|deploy: create or update the stack to match the bundle, through a change set of its own.
through() {
	ready_to_compare
	refuse_unready
	if ! provide; then
		[ "$1" = plan ] || decline
		say "no change set was created, and no resource is shown: bucket $BUCKET, for its templates, does not exist"
		# What is not known may be a change.
		[ -z "$EXIT_CODE" ] || exit 4
		return
	fi
	compare
	if [ -n "$EXISTS" ]; then compare_layers; else : >"$NOTES/layers"; fi
	drifted_layers
	if nothing_to_do; then settings_alone "$1"; return; fi
	make_reviewed
	if ! has_changes; then
		discard "$CHANGE_SET"
		look "$STACK_ARN"
		settings_alone "$1"
		return
	fi
	analyse
	guards
	show_review
	creation_note
	if [ "$1" = plan ]; then planned; return; fi
	if [ -n "$EXISTS" ]; then word=Update; else word=Create; fi
	approve "$word stack $STACK in $ACCOUNT/$REGION?"
	start
	finish
	second_step
}

make_reviewed() {
	say "creating a change set of stack $STACK and its nested stacks"
	if [ -n "$KEEP_SET" ]; then CHANGE_SET_PREFIX=plan-${CHANGE_SET_PREFIX#deploy-}; fi
	make_change_set true
	await_all "$CHANGE_SET"
}

# A nested stack that was updated by itself runs another template than root names: no change set shows that.
drifted_layers() {
	[ -n "$SAME_TEMPLATE" ] || return 0
	awk_ -F "$TAB" '$2 == "other" { print $1 }' "$NOTES/layers" >"$NOTES/drifted"
	[ ! -s "$NOTES/drifted" ] || note "$(tr '\n' ' ' <"$NOTES/drifted")runs another template than root names: somebody updated it by itself, and a deployment of the same root does not change that"
}

planned() {
	if [ -n "$KEEP_SET" ]; then
		say "saved: change set $CHANGE_SET"
		say "next: $(again deploy --plan "$CHANGE_SET")"
		MADE_ARNS=
	else
		discard "$CHANGE_SET"
	fi
	[ -z "$EXIT_CODE" ] || exit 4
}

# settings_alone plan|deploy: where no resource changes, what has a call of its own is set by itself.
settings_alone() {
	awk_ -F "$TAB" -v OFS="$TAB" '$4 == "with-only" { next } $4 == "with" { $4 = "later"; $5 = "-" } { print }' "$NOTES/settings" >"$NOTES/settings.new"
	mv "$NOTES/settings.new" "$NOTES/settings"
	: >"$NOTES/verdicts"
	if ! cut -f 4 "$NOTES/settings" | grep -q -x after; then
		show_settings
		say "stack $STACK: nothing to do"
		[ "$1" = plan ] || print_outputs
		return
	fi
	guards
	say "stack $STACK: no resource changes"
	show_settings
	show_guards
	if [ "$1" = plan ]; then
		[ -z "$EXIT_CODE" ] || exit 4
		return
	fi
	approve "Change settings of stack $STACK in $ACCOUNT/$REGION?"
	apply_settings ""
	print_outputs
}

# apply_settings [EXCEPT]: what no change set can set.
apply_settings() {
	awk_ -F "$TAB" -v except="${1:-}" '$4 == "after" && $1 != except { print $1 "\t" $3 }' "$NOTES/settings" >"$NOTES/applying"
	while IFS="$TAB" read -r setting to <&3; do
		case $setting in
			termination-protection)
				say "turning termination protection $to"
				flag=--enable-termination-protection
				[ "$to" = on ] || flag=--no-enable-termination-protection
				must "$NOTES/set" cloudformation update-termination-protection --stack-name "$STACK_ARN" "$flag" ;;
			stack-policy)
				say "setting the stack policy"
				cp "$CONFIG/stack-policy.json" "$NOTES/stack-policy.json"
				must "$NOTES/set" cloudformation set-stack-policy --stack-name "$STACK_ARN" --stack-policy-body file://stack-policy.json ;;
		esac
	done 3<"$NOTES/applying"
}

creation_note() {
	[ -z "$EXISTS" ] && [ -s "$NOTES/postponed" ] || return 0
	awk_ -F "$TAB" '{ print "  after the creation, by a second change set: parameter " $1 ": " $2 " -> " $3 }' "$NOTES/postponed" >&2
}

# second_step: what a creation omitted follows, once the stack exists. It was announced with the creation; what is
# guarded was not, and stops it.
second_step() {
	[ -s "$NOTES/postponed" ] || return 0
	say "stack $STACK exists; a second change set follows with what the creation omitted"
	cp "$NOTES/postponed" "$NOTES/announced"
	: >"$NOTES/postponed"
	look "$STACK_ARN"
	# A NoEcho value that is given again is never known to be the same: it is kept.
	while IFS= read -r name <&4; do keep_parameter "$name"; done 4<"$NOTES/no-echo"
	compare
	cut -f 1 "$NOTES/announced" | sort_ >"$NOTES/announced-names"
	if [ -n "$(comm_only_second "$NOTES/announced-names" "$NOTES/words")" ]; then
		stop 1 "stack $STACK was created, and now has other parameters than the creation sent; what the creation omitted was not done" "$(again deploy)"
	fi
	compare_layers
	make_reviewed
	if ! has_changes; then discard "$CHANGE_SET"; apply_settings ""; print_outputs; return; fi
	analyse
	guards
	show_review
	awk_ -F "$TAB" 'FILENAME == ARGV[1] { setting[$1]; next } !($1 in setting)' "$NOTES/settings" "$NOTES/guards" >"$NOTES/unannounced"
	[ ! -s "$NOTES/unannounced" ] || stop 1 "stack $STACK was created; the second change set would make changes that were not announced, and was not executed" "review it by itself: $(again deploy)"
	start
	finish
}

# deploy_kept: exactly the change set that `plan --keep` left, as it was reviewed.
deploy_kept() {
	ready_to_compare
	refuse_unready
	case $PLAN in arn:*:cloudformation:"$REGION":"$ACCOUNT":changeSet/*) ;; *) stop 2 "--plan: the ARN of a change set in $ACCOUNT/$REGION is needed, as plan --keep prints it" ;; esac
	if ! ask "$NOTES/kept-set" cloudformation describe-change-set --change-set-name "$PLAN"; then
		case $(code_in "$NOTES/kept-set") in ChangeSetNotFound*) stop 1 "the change set no longer exists: somebody deployed since, or deleted it" "$(again plan --keep)" ;; esac
		refused "$NOTES/kept-set"
	fi
	[ "$(value "$NOTES/kept-set" StackName)" = "$STACK" ] || stop 2 "the change set belongs to stack $(value "$NOTES/kept-set" StackName), not of $STACK"
	[ "$(value "$NOTES/kept-set" ExecutionStatus)" = AVAILABLE ] || stop 1 "the change set cannot be executed: $(value "$NOTES/kept-set" ExecutionStatus)" "$(again plan --keep)"
	provide || decline
	aws cloudformation get-template --change-set-name "$PLAN" --query TemplateBody --output text --region "$REGION" >"$NOTES/kept-template" 2>"$NOTES/kept-set.refused" </dev/null || refused "$NOTES/kept-set"
	same_template "$NOTES/kept-template" "$ROOT_TEXT" || stop 2 "the change set was created from other templates than this bundle's" "use the bundle that it was created from, or plan again: $(again plan --keep)"
	# The values that it was made with are what is reviewed.
	pairs "$NOTES/kept-set" Parameters ParameterKey ParameterValue >"$NOTES/given"
	: >"$NOTES/kept"
	compare
	refuse_other_settings
	if [ -n "$EXISTS" ]; then compare_layers; else : >"$NOTES/layers"; fi
	: >"$NOTES/postponed"
	CHANGE_SET=$PLAN
	await_all "$CHANGE_SET"
	has_changes || stop 1 "the change set changes nothing" "$(again plan)"
	analyse
	guards
	show_review
	approve "Execute change set $PLAN on stack $STACK in $ACCOUNT/$REGION?"
	SINCE=$(value "$NOTES/set.1" CreationTime | plain_time)
	execute "$PLAN"
	finish
}

# refuse_other_settings: a saved change set with other tags or settings than are compared here would be shown as
# something else than it does.
refuse_other_settings() {
	pairs "$NOTES/tags" '' Key Value >"$NOTES/tags-sent"
	pairs "$NOTES/kept-set" Tags Key Value | cmp -s - "$NOTES/tags-sent" || other_settings tags
	if [ -f "$CONFIG/notifications.json" ]; then
		[ "$(flat_list "$NOTES/topics" '')" = "$(flat_list "$NOTES/kept-set" NotificationARNs)" ] || other_settings notifications
	fi
	if [ -f "$CONFIG/rollback-triggers.json" ]; then
		table "$NOTES/triggers" '' Arn Type | sort_ >"$NOTES/triggers-sent"
		table "$NOTES/kept-set" RollbackConfiguration/RollbackTriggers Arn Type | sort_ | cmp -s - "$NOTES/triggers-sent" || other_settings "rollback triggers"
	fi
}

other_settings() { stop 2 "the change set was made with other $1 than this configuration's; nothing was executed" "take the configuration that it was made with, or plan anew: $(again plan --keep)"; }
