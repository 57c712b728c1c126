# What runs against what the bundle would send, before any change set: templates, parameters, tags, settings.
# shellcheck shell=sh disable=SC2016,SC2034,SC2153

# compare: what differs, each in a file of its own; all are empty where there is nothing to do.
#   $NOTES/words      parameters of root with another value      $NOTES/tags-differ   `key: before -> after`
#   $NOTES/settings   name, before, after, when, guard           $NOTES/elsewhere     templates that read what is in no file
compare() {
	: >"$NOTES/words" && : >"$NOTES/tags-differ" && : >"$NOTES/settings" && : >"$NOTES/running"
	awk_ -f "$LIB/awk/json.awk" "$CONFIG/tags.json" >"$NOTES/tags" || stop 2 "$CONFIG/tags.json is not JSON"
	check_list "$NOTES/tags" tags.json 'Key Value' Value
	no_echo "$BUNDLE/templates/$ROOT" >"$NOTES/no-echo"
	# shellcheck disable=SC2046  # names of templates have no blanks
	read_elsewhere "$ROOT" $(cut -f 1 "$NOTES/packed") | sort_ -u >"$NOTES/elsewhere"
	SAME_TEMPLATE=
	if [ -n "$EXISTS" ]; then
		pairs "$NOTES/stack" Stacks/0/Parameters ParameterKey ParameterValue >"$NOTES/standing"
		lacking=$(cut -f 1 "$NOTES/standing" >"$NOTES/standing-keys" && comm_only_second "$NOTES/standing-keys" "$NOTES/kept")
		[ -z "$lacking" ] || stop 2 "there is no value to keep: stack $STACK has no parameter $lacking" "give it: --set-from-env $lacking=VARIABLE"
		defaults "$BUNDLE/templates/$ROOT" >"$NOTES/defaults"
		different_parameters >"$NOTES/words"
		different_tags >"$NOTES/tags-differ"
		running_template "$STACK_ARN" "$NOTES/running" || stop 1 "CloudFormation returned no template of stack $STACK"
		if same_template "$NOTES/running" "$ROOT_TEXT" stamp; then SAME_TEMPLATE=yes; fi
	elif [ -s "$NOTES/kept" ]; then
		stop 2 "there is no value to keep: stack $STACK does not exist yet ($(tr '\n' ' ' <"$NOTES/kept"))" "give it: --set-from-env KEY=VARIABLE"
	fi
	compare_settings >"$NOTES/settings"
}

# A NoEcho value that is given again is never known to be the same. One that is not given becomes the default, if it is
# not that already.
different_parameters() {
	awk_ -F "$TAB" '
		FILENAME == ARGV[1] { hidden[$1]; next }
		FILENAME == ARGV[2] { kept[$1]; next }
		{ text = "=" substr($0, length($1) + 2) }
		FILENAME == ARGV[3] { is[$1] = text; next }
		FILENAME == ARGV[4] { if (is[$1] == text && !($1 in hidden)) stays[$1]; next }
		{ sent[$1]; if (is[$1] != text || ($1 in hidden)) print $1 }
		END { for (name in is) if (is[name] != "" && !(name in sent) && !(name in kept) && !(name in stays)) print name }' \
		"$NOTES/no-echo" "$NOTES/kept" "$NOTES/standing" "$NOTES/defaults" "$NOTES/given" | sort_
}

different_tags() {
	pairs "$NOTES/tags" '' Key Value >"$NOTES/tags-sent"
	pairs "$NOTES/stack" Stacks/0/Tags Key Value | grep -v "^aws:" >"$NOTES/tags-standing"
	awk_ -F "$TAB" '
		{ text = substr($0, length($1) + 2) }
		FILENAME == ARGV[1] { is[$1] = text; next }
		{ sent[$1]; if (!($1 in is)) print $1 ": (none) -> " text; else if (is[$1] != text) print $1 ": " is[$1] " -> " text }
		END { for (name in is) if (!(name in sent)) print name ": " is[name] " -> (none)" }' "$NOTES/tags-standing" "$NOTES/tags-sent" | sort_
}

# A setting that differs, a line each. What goes `with` a change set waits for one that changes a resource; what is set
# `after` it is set by itself where no resource changes.
compare_settings() {
	before=off
	[ "$PROTECTED" != true ] || before=on
	after=off
	[ "$TERMINATION_PROTECTION" != true ] || after=on
	if [ "$before" != "$after" ]; then
		guard=-
		[ "$after" = on ] || guard=$(sentence setting termination-protection "weakens a protection: anyone who may delete stacks can then delete this one")
		printf 'termination-protection\t%s\t%s\tafter\t%s\n' "$before" "$after" "$guard"
	fi
	compare_policy
	if [ -n "$EXISTS" ]; then
		has=$(value "$NOTES/stack" Stacks/0/RoleARN)
		has_topics=$(flat_list "$NOTES/stack" Stacks/0/NotificationARNs)
		has_triggers=$(table "$NOTES/stack" Stacks/0/RollbackConfiguration/RollbackTriggers Arn Type | sort_ | tr '\t\n' ' ,')
		has_capabilities=$(flat_list "$NOTES/stack" Stacks/0/Capabilities)
	else
		has='' has_topics='' has_triggers='' has_capabilities=''
	fi
	[ -z "$ROLE_ARN" ] || [ "$has" = "$ROLE_ARN" ] || printf 'role\t%s\t%s\twith\t-\n' "${has:-(none)}" "$ROLE_ARN"
	if [ -f "$CONFIG/notifications.json" ]; then
		awk_ -f "$LIB/awk/json.awk" "$CONFIG/notifications.json" >"$NOTES/topics"
		wanted=$(flat_list "$NOTES/topics" '')
		[ "$wanted" = "$has_topics" ] || printf 'notifications\t%s\t%s\twith\t-\n' "${has_topics:-(none)}" "${wanted:-(none)}"
	fi
	if [ -f "$CONFIG/rollback-triggers.json" ]; then
		awk_ -f "$LIB/awk/json.awk" "$CONFIG/rollback-triggers.json" >"$NOTES/triggers"
		wanted=$(table "$NOTES/triggers" '' Arn Type | sort_ | tr '\t\n' ' ,')
		guard=-
		[ -z "$has_triggers" ] || guard="weakens a protection: what would have rolled an operation back may do it no more"
		[ "$wanted" = "$has_triggers" ] || printf 'rollback-triggers\t%s\t%s\twith\t%s\n' "${has_triggers:-(none)}" "${wanted:-(none)}" "$guard"
	fi
	if [ -n "$MONITORING_MINUTES" ] && [ "$MONITORING_MINUTES" != "$(standing_minutes)" ]; then
		guard=-
		[ "$MONITORING_MINUTES" -ge "$(standing_minutes)" ] || guard="weakens a protection: alarms are watched for less time"
		printf 'monitoring-minutes\t%s\t%s\twith\t%s\n' "$(standing_minutes)" "$MONITORING_MINUTES" "$guard"
	fi
	wanted=$(printf '%s\n' "$CAPABILITIES" | tr ' ' '\n' | sort_ | tr '\n' ' ' | sed 's/^ *//; s/ *$//')
	[ "$wanted" = "$has_capabilities" ] || printf 'capabilities\t%s\t%s\twith-only\t-\n' "${has_capabilities:-(none)}" "${wanted:-(none)}"
}

# flat_list FILE LIST: the texts of a list, sorted, on one line.
flat_list() {
	awk_ -F "$TAB" -v start="${2:+$2/}" 'substr($1, 1, length(start)) == start && substr($1, length(start) + 1) ~ /^[0-9]+$/ { print $2 }' "$1" |
		sort_ | tr '\n' ' ' | sed 's/ *$//'
}

# A policy is compared as JSON: neither the order of its members nor blanks make it another one.
compare_policy() {
	[ -f "$CONFIG/stack-policy.json" ] || return 0
	awk_ -f "$LIB/awk/json.awk" "$CONFIG/stack-policy.json" | sort_ >"$NOTES/policy-sent"
	: >"$NOTES/policy-standing" && : >"$NOTES/policy-read"
	if [ -n "$EXISTS" ]; then
		must "$NOTES/policy" cloudformation get-stack-policy --stack-name "$STACK_ARN"
		# The CLI gives the policy as a text that holds JSON. One that cannot be read is one.
		value "$NOTES/policy" StackPolicyBody >"$NOTES/policy-line"
		printf '{ print raw($0) }\n' >"$NOTES/print.awk"
		awk_ -f "$LIB/awk/raw.awk" -f "$NOTES/print.awk" "$NOTES/policy-line" >"$NOTES/policy-text"
		[ ! -s "$NOTES/policy-text" ] || awk_ -f "$LIB/awk/json.awk" "$NOTES/policy-text" >"$NOTES/policy-read" || echo "Statement" >"$NOTES/policy-read"
		sort_ "$NOTES/policy-read" >"$NOTES/policy-standing"
	fi
	for policy in "$NOTES/policy-sent" "$NOTES/policy-standing"; do
		grep -q '^Statement' "$policy" || : >"$policy"
	done
	cmp -s "$NOTES/policy-sent" "$NOTES/policy-standing" && return 0
	guard=- before='a policy' after='a policy'
	[ -s "$NOTES/policy-sent" ] || after='(none)'
	if [ -s "$NOTES/policy-standing" ]; then
		guard=$(sentence setting stack-policy "weakens a protection: updates may then do what the stack's policy denies")
	else
		before='(none)'
	fi
	printf 'stack-policy\t%s\t%s\tafter\t%s\n' "$before" "$after" "$guard"
}

# sentence KIND TYPE DEFAULT: the words of the table of guards.
sentence() {
	words=$(awk_ -F "$TAB" -v kind="$1" -v type="$2" '$1 == kind && $2 == type { print $5; exit }' "$BUNDLE/bin/guards.tsv")
	printf '%s' "${words:-$3}"
}

# nothing_to_do: whether a change set could say nothing, so that none is made. Root names its nested stacks by content
# and version: the same root, parameters and tags are the same of all below it, unless something is read elsewhere.
nothing_to_do() {
	[ -n "$EXISTS" ] && is_ready "$STATUS" && [ -n "$SAME_TEMPLATE" ] && [ -n "$PACKED_WHOLE" ] && [ -n "$PINNED" ] || return 1
	[ ! -s "$NOTES/words" ] && [ ! -s "$NOTES/tags-differ" ] && [ ! -s "$NOTES/elsewhere" ] || return 1
	cut -f 4 "$NOTES/settings" | grep -q -x with && return 1
	return 0
}

# compare_layers: what runs in each nested stack, against the bundle: path and `same`, `other` or `missing`.
compare_layers() {
	tree "$STACK_ARN"
	each_nested template_ahead
	wait
	cp "$NOTES/running" "$NOTES/running.1"
	: >"$NOTES/layers"
	each_nested compare_layer
}

# template_ahead PATH ARN NUMBER: the template that runs is asked for, beside those of others.
template_ahead() {
	( running_template "$2" "$NOTES/running.$3" 2>/dev/null && : >"$NOTES/running.$3.ahead" ) &
	[ $(($3 % 8)) -ne 0 ] || wait
}

compare_layer() {
	file=$(file_of "$1") || { printf '%s\tremoved\n' "$1" >>"$NOTES/layers"; : >"$NOTES/running.$3"; return; }
	running_template "$2" "$NOTES/running.$3" || { printf '%s\tmissing\n' "$1" >>"$NOTES/layers"; return; }
	# The version of S3 in a TemplateURL is part of what a template with nested stacks of its own says.
	if same_template "$NOTES/running.$3" "$NOTES/sent/$file"; then is=same; else is=other; fi
	printf '%s\t%s\n' "$1" "$is" >>"$NOTES/layers"
}
