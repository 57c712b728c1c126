# The verbs, one function each, and what several of them share.
# shellcheck shell=sh disable=SC2016,SC2034,SC2153

# ready_to_compare: account, stack, parameters and the list of the bucket; BUCKET_THERE says whether there is one.
ready_to_compare() {
	check_account
	check_platform
	look "$STACK"
	read_parameters
	BUCKET_THERE=
	if list_objects; then BUCKET_THERE=yes; else : >"$NOTES/objects"; fi
}

# provide: the bucket is made on first use, after asking; what is missing is put, what stands is verified. 1 where declined.
provide() {
	if [ -z "$BUCKET_THERE" ]; then
		[ "$BUCKET_IS_OURS" = true ] || stop 1 "bucket $BUCKET is not there, and it is not this deployment's to make" "make it, or ask whoever owns it"
		approved "Make bucket $BUCKET in $REGION for the templates?" || return 1
		make_bucket
		list_objects || stop 1 "bucket $BUCKET was made, and is not there yet" "try again: $(again "$VERB")"
	fi
	UPLOADED=0
	package put
	[ "$UPLOADED" -eq 0 ] || say "uploaded $UPLOADED templates"
	[ -n "$PINNED" ] || note "bucket $BUCKET keeps no versions, so that templates in it can be overwritten unseen"
}

# --- verify, publish -----------------------------------------------------------------------------------------------------

verb_verify() {
	say "bundle: $(wc -l <"$BUNDLE/SHA256SUMS" | tr -d ' ') files are what SHA256SUMS says"
	say "release: $VERSION ($COMMIT), digest $DIGEST"
	say "SHA256SUMS itself, to hold against what was signed or announced: $(digest_of "$BUNDLE/SHA256SUMS")"
	[ -n "$ENV" ] || return 0
	check_account
	look "$STACK"
	if [ -z "$EXISTS" ]; then
		say "stack $STACK is not there: nothing runs that could be compared"
		return
	fi
	verify_running
}

# What runs, template by template: apart from TemplateURL, whose URLs hold versions that only the bucket knows, and the
# release's stamp in root, every byte.
verify_running() {
	tree "$STACK_ARN"
	differ=
	while IFS="$TAB" read -r path arn <&4; do
		shown=$path
		[ "$path" != - ] || shown=root
		if [ "$path" = - ]; then file=$ROOT; else file=$(file_of "$path") || { say "  $shown: the bundle has no such nested stack"; differ=yes; continue; }; fi
		running_template "$arn" "$NOTES/running" || { say "  $shown: has no template"; differ=yes; continue; }
		{ cat "$BUNDLE/templates/$file"; echo; } | without_urls >"$NOTES/said-2"
		without_urls <"$NOTES/running" >"$NOTES/said-1"
		if cmp -s "$NOTES/said-1" "$NOTES/said-2"; then
			say "  $shown: runs templates/$file of this bundle"
		elif unstamped "$NOTES/said-1" | cmp -s - "$(unstamped_file "$NOTES/said-2")"; then
			say "  $shown: runs templates/$file of this bundle; it was deployed as release $(sed -n 's/^    Version: //p' "$NOTES/running" | sed -n 1p)"
		else
			say "  $shown: runs another template than templates/$file"
			differ=yes
		fi
	done 4<"$NOTES/tree"
	[ -z "$differ" ] || stop 1 "what runs is not what is in this bundle" "see what a deployment would change: $(again plan)"
}

without_urls() { sed '/^ *TemplateURL:/s/TemplateURL:.*/TemplateURL:/'; }
unstamped_file() { unstamped "$1" >"$1.unstamped" && echo "$1.unstamped"; }

verb_publish() {
	ready_to_compare
	provide || decline
	to=$(sed -n 's/^ *"template-file-path": *"\(.*\)",\{0,1\}$/\1/p' "$CONFIG/deployment.json" 2>/dev/null)
	to=${to:-published/$ROOT}
	# It is below published/, whatever that file says.
	to=published/${to#published/}
	mkdir -p "$(dirname "$BUNDLE/$to")"
	cat "$ROOT_TEXT" >"$BUNDLE/$to"
	named=published/$ENV${SERVICE:+.$SERVICE}.deployment.yaml
	[ ! -f "$CONFIG/deployment.json" ] || cat "$CONFIG/deployment.json" >"$BUNDLE/$named"
	say "written: $to and $named, for Git sync and CodePipeline"
	say "root's URL, for Terraform, Service Catalog, StackSets:"
	printf '%s\n' "$ROOT_URL"
	say "a page that creates the stack in the console, with these values:"
	quick_create
}

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stacks-quick-create-links.html
quick_create() {
	LC_ALL=C URL=$ROOT_URL awk -F "$TAB" -v region="$REGION" -v stack="$STACK" '
		function safe(text,    i, c, out) {
			gsub(/\\n/, "\n", text); gsub(/\\t/, "\t", text); gsub(/\\\\/, "\\", text)
			for (i = 1; i <= length(text); i++) { c = substr(text, i, 1); out = out (c ~ /[A-Za-z0-9_.~-]/ ? c : sprintf("%%%02X", code[c])) }
			return out
		}
		BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
		FILENAME == ARGV[1] { hidden[$1]; next }
		!($1 in hidden) { parameters = parameters "&param_" $1 "=" safe(substr($0, length($1) + 2)) }
		END { printf "https://%s.console.aws.amazon.com/cloudformation/home?region=%s#/stacks/quickcreate?templateURL=%s&stackName=%s%s\n", region, region, safe(ENVIRON["URL"]), safe(stack), parameters }' \
		"$(no_echo "$BUNDLE/templates/$ROOT" >"$NOTES/no-echo" && echo "$NOTES/no-echo")" "$NOTES/given"
}

# --- plan, deploy --------------------------------------------------------------------------------------------------------

verb_plan() { through plan; }
verb_deploy() { if [ -n "$PLAN" ]; then deploy_kept; else through deploy; fi; }

# through plan|deploy: what the files say, through a change set of its own.
through() {
	ready_to_compare
	refuse_unready
	if ! provide; then
		[ "$1" = plan ] || decline
		say "no change set was made, so that no resource is shown: bucket $BUCKET, for its templates, is not there"
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
	say "asking for a change set of stack $STACK and its nested stacks"
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
		say "kept: change set $CHANGE_SET"
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
	if [ "$1" = plan ]; then
		[ -z "$EXIT_CODE" ] || exit 4
		return
	fi
	approve "Change settings of stack $STACK in $ACCOUNT/$REGION?"
	apply_settings
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
				must "$NOTES/set" cloudformation set-stack-policy --stack-name "$STACK_ARN" --stack-policy-body "file://$CONFIG/stack-policy.json" ;;
		esac
	done 3<"$NOTES/applying"
}

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
			*OBSOLETE* | *'does not exist'*) stop 1 "somebody else deployed to stack $STACK since this was reviewed; nothing was executed" "review again: $(again plan)" ;;
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
	if [ -s "$NOTES/postponed" ]; then apply_settings stack-policy; else apply_settings; print_outputs; fi
}

creation_note() {
	[ -z "$EXISTS" ] && [ -s "$NOTES/postponed" ] || return 0
	awk_ -F "$TAB" '{ print "  after the creation, by a second change set: parameter " $1 ": " $2 " -> " $3 }' "$NOTES/postponed" >&2
}

# second_step: what a creation left out follows, once the stack stands. It was announced with the creation; what is
# guarded was not, and stops it.
second_step() {
	[ -s "$NOTES/postponed" ] || return 0
	say "stack $STACK stands; what the creation left out follows by a second change set"
	cp "$NOTES/postponed" "$NOTES/announced"
	: >"$NOTES/postponed"
	look "$STACK_ARN"
	# A NoEcho value that is given again is never known to be the same: it is kept.
	while IFS= read -r name <&4; do keep_parameter "$name"; done 4<"$NOTES/no-echo"
	compare
	cut -f 1 "$NOTES/announced" | sort_ >"$NOTES/announced-names"
	if [ -n "$(comm_only_second "$NOTES/announced-names" "$NOTES/words")" ]; then
		stop 1 "stack $STACK was created, and has other parameters now than the creation sent; what it left out is not done" "$(again deploy)"
	fi
	compare_layers
	make_reviewed
	if ! has_changes; then discard "$CHANGE_SET"; apply_settings; print_outputs; return; fi
	analyse
	guards
	show_review
	awk_ -F "$TAB" 'FILENAME == ARGV[1] { setting[$1]; next } !($1 in setting)' "$NOTES/settings" "$NOTES/guards" >"$NOTES/unannounced"
	[ ! -s "$NOTES/unannounced" ] || stop 1 "stack $STACK was created; the second change set would change what was not announced, and was not executed" "review it by itself: $(again deploy)"
	start
	finish
}

# deploy_kept: exactly the change set that `plan --keep` left, as it was reviewed.
deploy_kept() {
	ready_to_compare
	refuse_unready
	case $PLAN in arn:*:cloudformation:"$REGION":"$ACCOUNT":changeSet/*) ;; *) stop 2 "--plan: the ARN of a change set in $ACCOUNT/$REGION is needed, as plan --keep prints it" ;; esac
	if ! ask "$NOTES/kept-set" cloudformation describe-change-set --change-set-name "$PLAN"; then
		case $(code_in "$NOTES/kept-set") in ChangeSetNotFound*) stop 1 "the change set is not there any more: somebody deployed since, or deleted it" "$(again plan --keep)" ;; esac
		refused "$NOTES/kept-set"
	fi
	[ "$(value "$NOTES/kept-set" StackName)" = "$STACK" ] || stop 2 "the change set is of stack $(value "$NOTES/kept-set" StackName), not of $STACK"
	[ "$(value "$NOTES/kept-set" ExecutionStatus)" = AVAILABLE ] || stop 1 "the change set cannot be executed: $(value "$NOTES/kept-set" ExecutionStatus)" "$(again plan --keep)"
	provide || decline
	aws cloudformation get-template --change-set-name "$PLAN" --query TemplateBody --output text --region "$REGION" >"$NOTES/kept-template" 2>"$NOTES/kept-set.refused" </dev/null || refused "$NOTES/kept-set"
	same_template "$NOTES/kept-template" "$ROOT_TEXT" || stop 2 "the change set was made of other templates than this bundle's" "take the bundle that it was made with, or plan anew: $(again plan --keep)"
	# The values that it was made with are what is reviewed.
	pairs "$NOTES/kept-set" Parameters ParameterKey ParameterValue >"$NOTES/given"
	: >"$NOTES/kept"
	compare
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

# --- status, outputs, events ---------------------------------------------------------------------------------------------

print_outputs() {
	look "${STACK_ARN:-$STACK}"
	[ -n "$EXISTS" ] || return 0
	awk_ -f "$LIB/table.awk" LIST=Stacks/0/Outputs FIELDS='OutputKey OutputValue' EMPTY=yes "$NOTES/stack" | sort_ | sed "s/$TAB/=/"
}

verb_outputs() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK is not there" "$(again deploy)"
	print_outputs
}

verb_status() {
	ready_to_compare
	if [ -z "$STATUS" ]; then
		say "stack $STACK is not there"
		say "next: $(again deploy)"
		return
	fi
	say "stack $STACK is $STATUS in $ACCOUNT/$REGION, termination protection $([ "$PROTECTED" = true ] && echo on || echo off)"
	way_out "$STATUS"
	if [ -z "$EXISTS" ]; then say "  $WHY"; say "next: $NEXT"; return; fi
	show_tree
	package expected
	compare
	show_difference
	print_outputs
	if ! is_ready "$STATUS"; then
		[ "$STATUS" != UPDATE_ROLLBACK_FAILED ] || { stuck_resources; show_stuck; }
		say "  $WHY"
		say "next: $NEXT"
		[ -z "$FOLLOW" ] || verb_events
	fi
}

# The state that each nested stack says of itself: its parent may say of it that all is well, and it takes no update.
show_tree() {
	tree "$STACK_ARN"
	while IFS="$TAB" read -r path arn <&4; do
		[ "$path" != - ] || continue
		if describe "$NOTES/nested" "$arn"; then is=$(value "$NOTES/nested" Stacks/0/StackStatus); else is='not there'; fi
		case $is in *_COMPLETE) say "  $path $is" ;; *) say "  $path $is: a deployment from root cannot go on until that is mended" ;; esac
	done 4<"$NOTES/tree"
}

show_difference() {
	say "  bundle: release $VERSION ($COMMIT), digest $DIGEST"
	ran=$(sed -n 's/^    Digest: //p' "$NOTES/running" | sed -n 1p)
	[ -z "$ran" ] || say "  runs: release $(sed -n 's/^    Version: //p' "$NOTES/running" | sed -n 1p), digest $ran"
	if [ -n "$SAME_TEMPLATE" ] && [ ! -s "$NOTES/words" ] && [ ! -s "$NOTES/tags-differ" ] && ! cut -f 4 "$NOTES/settings" | grep -q -x -e with -e after; then
		say "  the files say the same: a deployment has nothing to do"
		return
	fi
	say "  a deployment would send something else:"
	[ -n "$SAME_TEMPLATE" ] || say "    other templates"
	show_parameters
	sed 's/^/  tag /' "$NOTES/tags-differ" >&2
	show_settings
}

verb_events() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK is not there" "$(again deploy)"
	EVENTS_TO=1
	begin_log
	must "$NOTES/all" cloudformation describe-stack-events --stack-name "$STACK_ARN"
	# The last operation begins with what somebody asked for; its token is on every event that follows.
	last=$(table "$NOTES/all" StackEvents PhysicalResourceId ResourceStatus ResourceStatusReason Timestamp ClientRequestToken |
		awk_ -F "$TAB" -v OFS="$TAB" -v arn="$STACK_ARN" '
			$1 == arn && $2 ~ /_IN_PROGRESS$/ && $2 != "REVIEW_IN_PROGRESS" && $2 !~ /CLEANUP/ { if ($5 != token && token != "") exit; token = $5; since = $4; if ($3 == "User Initiated") exit }
			END { print since, token }')
	SINCE=$(printf '%s' "$last" | cut -f 1 | plain_time)
	OPERATION=
	if [ -n "$FOLLOW" ]; then
		follow
		case $STATUS in
			*ROLLBACK* | *FAILED) explain_failure; exit 1 ;;
			*) say "stack $STACK is $STATUS" ;;
		esac
		return
	fi
	read_round || refused "$PAGE"
	tell_events all
}

# --- continue, protect, delete -------------------------------------------------------------------------------------------

verb_continue() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK is not there" "$(again deploy)"
	way_out "$STATUS"
	case $STATUS in
		UPDATE_ROLLBACK_FAILED | UPDATE_FAILED) ;;
		CREATE_FAILED | ROLLBACK_FAILED | ROLLBACK_COMPLETE | DELETE_FAILED | *_IN_PROGRESS) stop 5 "stack $STACK is in $STATUS, which no rollback leads out of: $WHY" "$NEXT" ;;
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
		skipped=$(skipped_names) || exit 2
		# shellcheck disable=SC2086  # names of stacks and logical ids have no blanks
		[ -z "$skipped" ] || set -- "$@" --resources-to-skip $skipped
	elif [ -n "$SKIP" ]; then
		stop 2 "--skip is for a rollback that is stuck: the stack is in $STATUS"
	fi
	: >"$NOTES/guards"
	approved "Roll stack $STACK back${skipped:+, leaving as they are: $skipped}?" || decline
	mark_known "$STACK_ARN"
	FOLLOWING=yes
	ask "$NOTES/begun" cloudformation "$operation" "$@" || { FOLLOWING=; refused "$NOTES/begun"; }
	follow
	case $STATUS in
		UPDATE_ROLLBACK_COMPLETE | ROLLBACK_COMPLETE | DELETE_COMPLETE) say "stack $STACK is $STATUS"; way_out "$STATUS"; say "next: $NEXT" ;;
		*) explain_failure; exit 1 ;;
	esac
}

# skipped_names: --skip in AWS's form; a path (Ecs/Service) is taken too. What is not stuck is refused by its name.
skipped_names() {
	[ -n "$SKIP" ] || return 0
	for name in $(printf '%s' "$SKIP" | tr ',' ' '); do
		called=$(awk_ -F "$TAB" -v name="$name" '$1 == name || $2 == name { print $2; exit }' "$NOTES/stuck")
		[ -n "$called" ] || stop 2 "--skip: $(quoted "$name") is not stuck" "stuck are: $(cut -f 2 "$NOTES/stuck" | tr '\n' ' ')"
		printf '%s ' "$called"
	done | sed 's/ $//'
}

verb_protect() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK is not there" "$(again deploy)"
	: >"$NOTES/verdicts"
	if [ -n "$OFF" ]; then TERMINATION_PROTECTION=false; fi
	compare_settings | awk_ -F "$TAB" -v off="$OFF" '$4 == "after" && (off == "" || $1 == "termination-protection")' >"$NOTES/settings"
	if [ ! -s "$NOTES/settings" ]; then
		say "stack $STACK: termination protection is $([ "$PROTECTED" = true ] && echo on || echo off), as it should be; nothing to do"
		return
	fi
	guards
	show_settings
	approve "Change settings of stack $STACK in $ACCOUNT/$REGION?"
	apply_settings
}

verb_delete() {
	check_account
	look "$STACK"
	if [ -z "$STATUS" ]; then say "stack $STACK is not there: nothing to do"; return; fi
	[ "$PROTECTED" != true ] || stop 2 "stack $STACK is protected against deletion; nothing was deleted" "$(again protect --off --allow termination-protection), then: $(again delete)"
	: >"$NOTES/guards"
	if [ "$STATUS" = REVIEW_IN_PROGRESS ]; then delete_reviewed; return; fi
	if is_busy "$STATUS" && [ "$STATUS" != DELETE_IN_PROGRESS ]; then
		if [ -n "$WAIT" ]; then await_idle; else way_out "$STATUS"; stop 5 "stack $STACK is in $STATUS: $WHY" "$NEXT"; fi
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

# What stands, and how much of it is more than can be made anew: then the stack's name is needed, --yes is not enough.
show_deletion() {
	tree "$STACK_ARN"
	awk_ -F "$TAB" -v stack="$STACK" '
		FILENAME == ARGV[1] { if ($1 == "harmless") harmless[$2]; next }
		$2 == "AWS::CloudFormation::Stack" || $3 == "DELETE_COMPLETE" || $3 == "DELETE_SKIPPED" || ($4 == "-" && $3 ~ /^CREATE/) { next }
		{ many++; print "  - " $1 "  " $2 > "/dev/stderr"; if (!($2 in harmless)) grave++ }
		END { if (grave) print stack "\t" grave " of its " many " resources are guarded" }' "$BUNDLE/bin/guards.tsv" "$NOTES/resources" >"$NOTES/guards"
	[ ! -s "$NOTES/guards" ] || say "guarded: $(cut -f 2 "$NOTES/guards")"
}
