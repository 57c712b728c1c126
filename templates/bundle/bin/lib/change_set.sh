# Change sets: asked for, waited for, described with all nested ones, compared, deleted.
# shellcheck shell=sh disable=SC2016,SC2034,SC2153

# request NAME TYPE NESTED: what CreateChangeSet is asked for, as JSON in a file: no value passes through a command line,
# and the CLI reads none as a file or a URL. $NOTES/given and /kept contain JSON texts without their quotation marks.
request() {
	# A creation sends something else of what it could not undo if it failed.
	if [ "$2" = CREATE ]; then postpone; else cp "$NOTES/given" "$NOTES/sending"; fi
	{
		printf '{\n"StackName": "%s",\n"ChangeSetName": "%s",\n"ClientToken": "%s",\n"ChangeSetType": "%s",\n' "${STACK_TARGET}" "$1" "$TOKEN" "$2"
		printf '"TemplateURL": "%s",\n"IncludeNestedStacks": %s,\n"OnStackFailure": "ROLLBACK",\n' "$ROOT_URL" "$3"
		[ -z "$ROLE_ARN" ] || printf '"RoleARN": "%s",\n' "$ROLE_ARN"
		printf '"Description": "%s",\n' "deploy.sh of $WHO, release $VERSION ($COMMIT), digest $DIGEST"
		printf '"Capabilities": [%s],\n' "$(printf '%s' "$CAPABILITIES" | sed 's/[^ ][^ ]*/"&"/g; s/ /, /g')"
		carried_settings
		printf '"Tags": [\n'
		pairs "$NOTES/tags" '' Key Value | as_members Key Value
		printf '],\n"Parameters": [\n'
		as_members ParameterKey ParameterValue <"$NOTES/sending"
		[ ! -s "$NOTES/kept" ] || [ ! -s "$NOTES/sending" ] || echo ,
		awk_ '{ printf "%s{\"ParameterKey\": \"%s\", \"UsePreviousValue\": true}", (NR > 1 ? ",\n" : ""), $0 }' "$NOTES/kept"
		printf '\n]}\n'
	} >"$NOTES/request.json"
}

# as_members KEY VALUE: pairs as members of a JSON list.
as_members() {
	awk_ -F "$TAB" -v key="$1" -v name="$2" '{
		text = substr($0, length($1) + 2); gsub(/"/, "\\\"", text)
		first = $1; gsub(/"/, "\\\"", first)
		printf "%s{\"%s\": \"%s\", \"%s\": \"%s\"}", (NR > 1 ? ",\n" : ""), key, first, name, text
	} END { if (NR) print "" }'
}

# What a creation leaves out is sent as the template says; the rest follows in a second change set.
postpone() {
	at_creation "$BUNDLE/templates/$ROOT" >"$NOTES/at-creation"
	awk_ -F "$TAB" -v OFS="$TAB" 'FILENAME == ARGV[1] { first[$1] = $2; next } $1 in first { print $1, first[$1]; next } { print }' \
		"$NOTES/at-creation" "$NOTES/given" >"$NOTES/sending"
	awk_ -F "$TAB" -v OFS="$TAB" 'FILENAME == ARGV[1] { is[$1] = substr($0, length($1) + 2); next } $1 in is && is[$1] != substr($0, length($1) + 2) { print $1, is[$1], substr($0, length($1) + 2) }' \
		"$NOTES/sending" "$NOTES/given" >"$NOTES/postponed"
}

# What CreateChangeSet keeps as it is where it is not sent; an empty list takes it away. What one of the two parts of
# the rollback configuration does not say stays as the stack has it.
carried_settings() {
	if [ -f "$CONFIG/notifications.json" ]; then
		printf '"NotificationARNs": '
		cat "$CONFIG/notifications.json"
		echo ,
	fi
	if [ -f "$CONFIG/rollback-triggers.json" ] || [ -n "$MONITORING_MINUTES" ]; then
		printf '"RollbackConfiguration": {"MonitoringTimeInMinutes": %s, "RollbackTriggers": ' "${MONITORING_MINUTES:-$(standing_minutes)}"
		if [ -f "$CONFIG/rollback-triggers.json" ]; then
			cat "$CONFIG/rollback-triggers.json"
		else
			echo '['
			table "$NOTES/stack" Stacks/0/RollbackConfiguration/RollbackTriggers Arn Type | as_members Arn Type
			echo ']'
		fi
		echo '},'
	fi
}

standing_minutes() {
	minutes=
	[ -z "$EXISTS" ] || minutes=$(value "$NOTES/stack" Stacks/0/RollbackConfiguration/MonitoringTimeInMinutes)
	echo "${minutes:-0}"
}

# make_change_set NESTED: its ARN in CHANGE_SET; however the run ends from here on, it is deleted again (clean_up).
make_change_set() {
	TOKEN=$(uuid)
	MADE_NAME=$CHANGE_SET_PREFIX$TOKEN
	if [ -n "$EXISTS" ]; then type=UPDATE STACK_TARGET=$STACK_ARN; else type=CREATE STACK_TARGET=$STACK; fi
	request "$MADE_NAME" "$type" "$1"
	MADE_CREATES=$type
	tries=0
	until ask "$NOTES/made" cloudformation create-change-set --cli-input-json file://request.json; do
		case $(code_in "$NOTES/made") in AlreadyExistsException) find_made && break ;; esac
		tries=$((tries + 1))
		{ [ "$tries" -lt 4 ] && is_passing "$NOTES/made"; } || refused "$NOTES/made" 1 "fix it, then: $(again "$VERB")"
		pause $((tries * POLL))
	done
	CHANGE_SET=$(value "$NOTES/made" Id)
	STACK_ARN=$(value "$NOTES/made" StackId)
	MADE_ARNS="$MADE_ARNS $CHANGE_SET"
	MADE_NAME=''
}

# A request that was repeated, as its answer was lost: the change set is there.
find_made() {
	ask "$NOTES/made-again" cloudformation describe-change-set --change-set-name "$MADE_NAME" --stack-name "$STACK_TARGET" || return 1
	{
		printf 'Id\t%s\n' "$(value "$NOTES/made-again" ChangeSetId)"
		printf 'StackId\t%s\n' "$(value "$NOTES/made-again" StackId)"
	} >"$NOTES/made"
}

# await_change_set FILE ARN: the change set's description once it is made or has failed; the CLI puts all pages together.
await_change_set() {
	waited=0
	while :; do
		must "$1" cloudformation describe-change-set --change-set-name "$2"
		case $(value "$1" Status) in
			CREATE_PENDING | CREATE_IN_PROGRESS) ;;
			*) return ;;
		esac
		waited=$((waited + 1))
		[ "$waited" -lt 2000 ] || stop 1 "change set $2 was not created in time" "see its status: aws cloudformation describe-change-set --change-set-name $2 --region $REGION"
		pause "$POLL"
	done
}

# await_all ARN: the same of a change set and all nested ones: number, path and ARN of each in $NOTES/sets, each one's
# description in $NOTES/set.<number>; the root's number is 1.
await_all() {
	printf '1\t-\t%s\n' "$1" >"$NOTES/sets"
	at=1 last=1
	while entry=$(sed -n "${at}p" "$NOTES/sets") && [ -n "$entry" ]; do
		path=$(printf '%s' "$entry" | cut -f 2)
		await_change_set "$NOTES/set.$at" "$(printf '%s' "$entry" | cut -f 3)"
		inside=$path/
		[ "$inside" != -/ ] || inside=
		table "$NOTES/set.$at" Changes ResourceChange/LogicalResourceId ResourceChange/ChangeSetId >"$NOTES/below"
		while IFS="$TAB" read -r name arn; do
			[ "$arn" != - ] || continue
			last=$((last + 1))
			printf '%s\t%s\t%s\n' "$last" "$inside$name" "$arn" >>"$NOTES/sets"
			ask_ahead "$NOTES/set.$last" cloudformation describe-change-set --change-set-name "$arn"
		done <"$NOTES/below"
		wait
		# A root that failed names the nested set that did, which its rows may lack.
		named=$(value "$NOTES/set.$at" StatusReason | sed -n 's/^Nested change set \(arn:[^ ]*\) was not successfully created.*/\1/p')
		if [ -n "$named" ] && ! grep -q -F "$named" "$NOTES/sets"; then
			last=$((last + 1))
			printf '%s\t%s\t%s\n' "$last" "$inside(a nested stack)" "$named" >>"$NOTES/sets"
		fi
		at=$((at + 1))
	done
}

# says_no_changes FILE: whether a change set failed only because there is nothing to change.
says_no_changes() {
	[ "$(value "$1" Status)" = FAILED ] || return 1
	case $(value "$1" StatusReason) in *"didn't contain changes"* | *'No updates are to be performed'*) return 0 ;; *) return 1 ;; esac
}

# failed_sets: path and reason of each change set that failed for something else.
failed_sets() {
	while IFS="$TAB" read -r number path arn; do
		[ "$(value "$NOTES/set.$number" Status)" != CREATE_COMPLETE ] || continue
		says_no_changes "$NOTES/set.$number" || printf '%s\t%s\n' "$path" "$(value "$NOTES/set.$number" StatusReason)"
	done <"$NOTES/sets"
}

# has_changes: 0 where the tree of change sets can be executed, 1 where nothing changes; ends the run where one could not be made.
has_changes() {
	failed_sets >"$NOTES/failed"
	if [ "$(value "$NOTES/set.1" Status)" = CREATE_COMPLETE ] && [ ! -s "$NOTES/failed" ]; then return 0; fi
	says_no_changes "$NOTES/set.1" && return 1
	# A root that fails over nested stacks without a change names one of them, and every nested set says that it has none.
	if [ "$(cut -f 1 "$NOTES/failed")" = - ] && all_unchanged; then return 1; fi
	say "error: CloudFormation could not create the change set; nothing was executed"
	awk_ -F "$TAB" 'NR > 1 && $1 == "-" { next } { print "  " ($1 == "-" ? "root" : $1) ": " $2 }' "$NOTES/failed" >&2
	while IFS="$TAB" read -r number path arn; do
		case $(value "$NOTES/set.$number" StatusReason) in *'DescribeEvents'*) early_validation "$path" "$arn" ;; esac
	done <"$NOTES/sets"
	say "next: fix what the lines above name, then: $(again "$VERB")"
	exit 1
}

# all_unchanged: whether root failed over a nested set, no nested set is of a change, and root has none of its own.
all_unchanged() {
	case $(value "$NOTES/set.1" StatusReason) in 'Nested change set '*) ;; *) return 1 ;; esac
	[ "$(wc -l <"$NOTES/sets")" -gt 1 ] || return 1
	table "$NOTES/set.1" Changes ResourceChange/ResourceType | grep -v -x AWS::CloudFormation::Stack >/dev/null && return 1
	while IFS="$TAB" read -r number path arn; do
		[ "$number" = 1 ] || says_no_changes "$NOTES/set.$number" || return 1
	done <"$NOTES/sets"
}

# What early validation found is in DescribeEvents of the change set that failed.
early_validation() {
	ask "$NOTES/events" cloudformation describe-events --change-set-name "$2" --filters FailedEvents=true || return 0
	table "$NOTES/events" OperationEvents LogicalResourceId ValidationStatusReason ValidationPath |
		awk_ -F "$TAB" -v at="$1" '{ print "  " (at == "-" ? "" : at "/") $1 ": " $2 " (" $3 ")" }' >&2
}

# --- Taking away -------------------------------------------------------------------------------------------------------

# delete_change_set ARN: with its nested ones; returns when it is gone, as a nested deletion takes its time.
delete_change_set() {
	waited=0
	while [ "$waited" -lt 300 ]; do
		if ask "$NOTES/deleted" cloudformation delete-change-set --change-set-name "$1"; then
			if ! ask "$NOTES/deleted" cloudformation describe-change-set --change-set-name "$1"; then
				case $(code_in "$NOTES/deleted") in ChangeSetNotFound*) return 0 ;; esac
				is_passing "$NOTES/deleted" || break
			elif [ "$(value "$NOTES/deleted" Status)" = DELETE_FAILED ]; then
				break
			fi
		else
			case $(code_in "$NOTES/deleted"):$(message_in "$NOTES/deleted") in
				ChangeSetNotFound*) return 0 ;;
				*'does not exist'*) return 0 ;;
				InvalidChangeSetStatus*) ;; # it is still being made
				*) is_passing "$NOTES/deleted" || break ;;
			esac
		fi
		waited=$((waited + 1))
		pause "$POLL"
	done
	note "change set $1 could not be deleted: $(message_in "$NOTES/deleted"); later: aws cloudformation delete-change-set --change-set-name $1 --region $REGION"
	return 1
}

is_gone() { case $(code_in "$1"):$(message_in "$1") in ChangeSetNotFound* | *'does not exist'*) return 0 ;; *) return 1 ;; esac; }

# discard ARN: what is declined or only planned leaves nothing: no change set, nested ones neither, no empty stack.
discard() {
	delete_change_set "$1" || return 0
	if [ -f "$NOTES/sets" ]; then
		while IFS="$TAB" read -r number path arn <&3; do
			[ "$number" = 1 ] || ask_ahead "$NOTES/gone.$number" cloudformation describe-change-set --change-set-name "$arn"
		done 3<"$NOTES/sets"
		wait
		while IFS="$TAB" read -r number path arn <&3; do
			if [ -f "$NOTES/gone.$number.ahead" ]; then rm -f "$NOTES/gone.$number.ahead"; discard_nested "$path" "$arn"; fi
		done 3<"$NOTES/sets"
	fi
	look "$STACK_ARN"
	if [ "$STATUS" = REVIEW_IN_PROGRESS ]; then
		must "$NOTES/others" cloudformation list-change-sets --stack-name "$STACK_ARN"
		[ -z "$(value "$NOTES/others" Summaries/0/ChangeSetId)" ] || return 0
		delete_empty
	fi
}

# A nested set goes with its root's; where CloudFormation leaves one, it is asked to go by itself.
discard_nested() {
	ask "$NOTES/nested" cloudformation delete-change-set --change-set-name "$2" ||
		note "$1: CloudFormation leaves change set $2: $(message_in "$NOTES/nested")"
}

# A stack that never had resources.
delete_empty() {
	must "$NOTES/deleted" cloudformation delete-stack --stack-name "$STACK_ARN"
	while :; do
		look "$STACK_ARN"
		[ -n "$STATUS" ] || return 0
		[ "$STATUS" != DELETE_FAILED ] || stop 1 "the empty stack $STACK could not be deleted" "$(again delete)"
		pause "$POLL"
	done
}

# clean_up: whenever the run ends. A change set that executes, or was executed, stays: it is the stack's history.
clean_up() {
	trap '' INT TERM HUP PIPE
	if [ -n "$MADE_NAME" ] && ask_again "$NOTES/made-again" cloudformation describe-change-set --change-set-name "$MADE_NAME" --stack-name "$STACK"; then
		MADE_ARNS="$MADE_ARNS $(value "$NOTES/made-again" ChangeSetId)"
		STACK_ARN=$(value "$NOTES/made-again" StackId)
	fi
	for made in $MADE_ARNS; do
		if ! ask_again "$NOTES/made-again" cloudformation describe-change-set --change-set-name "$made"; then
			is_gone "$NOTES/made-again" || note "change set $made could not be deleted: $(message_in "$NOTES/made-again"); later: aws cloudformation delete-change-set --change-set-name $made --region $REGION"
			continue
		fi
		case $(value "$NOTES/made-again" ExecutionStatus) in EXECUTE_*) continue ;; esac
		say "deleting the change set"
		discard "$made"
	done
	rm -rf "$NOTES"
}
