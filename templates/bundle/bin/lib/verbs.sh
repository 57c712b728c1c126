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

# provide: the bucket is created on first use, after asking; what is missing is put, what exists is verified. 1 where declined.
provide() {
	if [ -z "$BUCKET_THERE" ]; then
		[ "$BUCKET_IS_OURS" = true ] || stop 1 "bucket $BUCKET does not exist, and this deployment may not create it" "create it, or ask its owner to"
		approved "Make bucket $BUCKET in $REGION for the templates?" || return 1
		make_bucket
		list_objects || stop 1 "bucket $BUCKET was created, and does not exist yet" "try again: $(again "$VERB")"
	fi
	UPLOADED=0
	package put
	[ "$UPLOADED" -eq 0 ] || say "uploaded $UPLOADED templates"
	[ -n "$PINNED" ] || note "bucket $BUCKET keeps no versions, so that templates in it can be overwritten unseen"
}

# --- verify, publish -----------------------------------------------------------------------------------------------------

verb_verify() {
	say "bundle: $(wc -l <"$BUNDLE/SHA256SUMS" | tr -d ' ') files match SHA256SUMS"
	say "release: $VERSION ($COMMIT), digest $DIGEST"
	say "SHA256SUMS itself, to compare with what was signed or announced: $(digest_of "$BUNDLE/SHA256SUMS")"
	[ -n "$ENV" ] || return 0
	check_account
	look "$STACK"
	if [ -z "$EXISTS" ]; then
		say "stack $STACK does not exist: there is nothing to compare"
		return
	fi
	verify_running
}

# What runs, template by template: apart from TemplateURL, whose URLs hold versions that only the bucket knows, and the
# release's stamp in root, every byte.
verify_running() {
	tree "$STACK_ARN"
	differ=
	each_stack verify_one
	[ -z "$differ" ] || stop 1 "the stack runs other templates than this bundle's" "see what a deployment would change: $(again plan)"
}

verify_one() {
	shown=$1
	[ "$1" != - ] || shown=root
	if [ "$1" = - ]; then file=$ROOT; else file=$(file_of "$1") || { say "  $shown: the bundle has no such nested stack"; differ=yes; return; }; fi
	running_template "$2" "$NOTES/running" || { say "  $shown: has no template"; differ=yes; return; }
	{ cat "$BUNDLE/templates/$file"; echo; } | without_urls >"$NOTES/said-2"
	without_urls <"$NOTES/running" >"$NOTES/said-1"
	if cmp -s "$NOTES/said-1" "$NOTES/said-2"; then
		say "  $shown: runs templates/$file of this bundle"
	elif unstamped "$NOTES/said-1" | cmp -s - "$(unstamped_file "$NOTES/said-2")"; then
		say "  $shown: runs templates/$file of this bundle; it was deployed as release $(stamped_as Version "$NOTES/running")"
	else
		say "  $shown: runs another template than templates/$file"
		differ=yes
	fi
}

# stamped_as KEY FILE: what the release's stamp in a root template says.
stamped_as() { awk_ -f "$LIB/awk/stamp.awk" KEY="$1" "$2"; }

without_urls() { sed '/^ *TemplateURL:/s/TemplateURL:.*/TemplateURL:/'; }
unstamped_file() { unstamped "$1" >"$1.unstamped" && echo "$1.unstamped"; }

verb_publish() {
	ready_to_compare
	provide || decline
	to=$(sed -n 's/^ *"template-file-path": *"\(.*\)",\{0,1\}$/\1/p' "$CONFIG/deployment.json" 2>/dev/null)
	to=${to:-published/$ROOT}
	# It is below published/, whatever that file says.
	case /$to/ in */../*) stop 2 "$CONFIG/deployment.json: template-file-path leads out of published/" ;; esac
	to=published/${to#published/}
	mkdir -p "$(dirname "$BUNDLE/$to")"
	if [ -f "$BUNDLE/$to" ] && grep -q TemplateURL "$BUNDLE/$to" && ! grep -q -F -e "$(bucket_url)/" "$BUNDLE/$to"; then
		note "$to named templates in another bucket: whatever reads it for another environment needs a copy of its own"
	fi
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
	no_echo "$BUNDLE/templates/$ROOT" >"$NOTES/no-echo"
	LC_ALL=C URL=$ROOT_URL awk -F "$TAB" -v region="$REGION" -v stack="$STACK" -f "$LIB/awk/raw.awk" -f "$LIB/awk/quick_create.awk" "$NOTES/no-echo" "$NOTES/given"
}

# --- status, outputs, events ---------------------------------------------------------------------------------------------

print_outputs() {
	look "${STACK_ARN:-$STACK}"
	[ -n "$EXISTS" ] || return 0
	awk_ -f "$LIB/awk/table.awk" LIST=Stacks/0/Outputs FIELDS='OutputKey OutputValue' EMPTY=yes "$NOTES/stack" | sort_ | sed "s/$TAB/=/"
}

verb_outputs() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK does not exist" "$(again deploy)"
	print_outputs
}

verb_status() {
	ready_to_compare
	if [ -z "$STATUS" ]; then
		say "stack $STACK does not exist"
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
	each_nested show_nested
}

show_nested() {
	if describe "$NOTES/nested" "$2"; then is=$(value "$NOTES/nested" Stacks/0/StackStatus); else is='not there'; fi
	case $is in *_COMPLETE) say "  $1 $is" ;; *) say "  $1 $is: a deployment from root is not possible until that is fixed" ;; esac
}

show_difference() {
	say "  bundle: release $VERSION ($COMMIT), digest $DIGEST"
	ran=$(stamped_as Digest "$NOTES/running")
	[ -z "$ran" ] || say "  runs: release $(stamped_as Version "$NOTES/running"), digest $ran"
	if [ -n "$SAME_TEMPLATE" ] && [ ! -s "$NOTES/words" ] && [ ! -s "$NOTES/tags-differ" ] && ! cut -f 4 "$NOTES/settings" | grep -q -x -e with -e after; then
		say "  the files are the same: a deployment has nothing to do"
		return
	fi
	say "  a deployment would change:"
	[ -n "$SAME_TEMPLATE" ] || say "    other templates"
	show_parameters
	sed 's/^/  tag /' "$NOTES/tags-differ" >&2
	show_settings
}

verb_events() {
	check_account
	look "$STACK"
	[ -n "$EXISTS" ] || stop 1 "stack $STACK does not exist" "$(again deploy)"
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
