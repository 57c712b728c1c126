# Following an operation: the events of the stack and of every nested one, each once, in order, to its end. The CLI's
# own waiters look at one stack alone, and give up after an hour.
# shellcheck shell=sh disable=SC2016,SC2034,SC2153

# An event is a line: time, a number that keeps the order of one stack, path, type, status, reason, id of what it is
# about, ARN of its stack. $NOTES/log holds all that were read, $NOTES/told how many of them were shown.

# begin_log: what happened before the operation is none of its events: ids in $NOTES/known.
begin_log() {
	: >"$NOTES/known"
	: >"$NOTES/log"
	: >"$NOTES/held"
	SEQUENCE=0
	NEWEST=
}

# The events that a stack has at this moment, before an operation without a change set begins.
mark_known() {
	must "$NOTES/before" cloudformation describe-stack-events --stack-name "$1" --no-paginate
	table "$NOTES/before" StackEvents EventId >>"$NOTES/known"
	SINCE=$(table "$NOTES/before" StackEvents Timestamp | sed -n 1p | plain_time)
}

# `2026-11-30T10:00:00.123Z` and `...+00:00` as a text that sorts by time.
plain_time() { sed 's/Z$//; s/[+-]00:00$//'; }

# read_events PATH ARN: the new events of one stack, the oldest first, into $NOTES/held. 1 where it could not be asked.
read_events() {
	set -- "$1" "$2" "$NOTES/page.$3"
	PAGE=$3
	ask "$3" cloudformation describe-stack-events --stack-name "$2" --no-paginate || return 1
	# A page has the newest first; where all of it is new, there may be more behind it.
	if [ -n "$(value "$3" NextToken)" ] && [ -z "$(table "$3" StackEvents EventId Timestamp | old_ones)" ]; then
		ask "$3" cloudformation describe-stack-events --stack-name "$2" || return 1
	fi
	table "$3" StackEvents EventId Timestamp LogicalResourceId PhysicalResourceId ResourceType ResourceStatus ClientRequestToken ResourceStatusReason >"$NOTES/rows"
	awk_ -F "$TAB" -v OFS="$TAB" -v path="$1" -v arn="$2" -v since="$SINCE" -v token="$OPERATION" -v from="$SEQUENCE" '
		function plain(time) { sub(/Z$/, "", time); sub(/[+-]00:00$/, "", time); return time }
		FILENAME == ARGV[1] { known[$1]; next }
		($1 in known) || plain($2) < since || $6 == "-" || $6 == "REVIEW_IN_PROGRESS" { next }
		token != "" && $7 != "-" && index(token " ", $7 " ") == 0 { next }
		{ line[++many] = $0 }
		END {
			for (i = many; i; i--) {
				split(line[i], part, FS)
				own = part[4] == arn
				at = own ? path : (path == "-" ? "" : path "/") part[3]
				print plain(part[2]), sprintf("%09d", ++from), at, (own ? "(stack)" : part[5]), part[6], part[8], part[4], arn, part[1]
			}
		}' "$NOTES/known" "$NOTES/rows" >"$NOTES/fresh"
	SEQUENCE=$((SEQUENCE + $(wc -l <"$NOTES/fresh")))
	awk_ -F "$TAB" '{ print $9 }' "$NOTES/fresh" >>"$NOTES/known"
	cat "$NOTES/fresh" >>"$NOTES/held"
	cat "$NOTES/fresh" >>"$NOTES/log"
}

old_ones() {
	awk_ -F "$TAB" -v since="$SINCE" 'function plain(time) { sub(/Z$/, "", time); sub(/[+-]00:00$/, "", time); return time }
		FILENAME == ARGV[1] { known[$1]; next } ($1 in known) || plain($2) < since { print; exit }' "$NOTES/known" -
}

# read_round: news of every stack that may have some; nested stacks in the news are asked in the same round.
# 1 where some stack could not be asked: then nothing is known of the end.
read_round() {
	printf '%s\t%s\n' - "$STACK_ARN" >"$NOTES/asking"
	ROUND_FAILED=
	: >"$NOTES/more"
	[ ! -s "$NOTES/log" ] || open_stacks "" >"$NOTES/more"
	cat "$NOTES/more" >>"$NOTES/asking"
	at=0
	while IFS="$TAB" read -r path arn; do
		at=$((at + 1))
		ask_ahead "$NOTES/page.$at" cloudformation describe-stack-events --stack-name "$arn" --no-paginate
	done <"$NOTES/asking"
	wait
	at=0
	while entry=$(sed -n "$((at + 1))p" "$NOTES/asking") && [ -n "$entry" ]; do
		at=$((at + 1))
		path=${entry%%"$TAB"*} arn=${entry#*"$TAB"}
		if ! read_events "$path" "$arn" "$at"; then
			# A nested stack that was just made may not be there for a moment, one that was deleted is gone.
			case $path:$(message_in "$PAGE") in -:*) ROUND_FAILED=yes ;; *'does not exist'*) continue ;; *) ROUND_FAILED=yes ;; esac
			[ -z "$ROUND_FAILED" ] || return 1
		fi
		open_stacks "$arn" >"$NOTES/more"
		cat "$NOTES/more" >>"$NOTES/asking"
	done
}

# open_stacks ARN: path and ARN of each stack that this one nests (any, where none is named) and that may have more events:
# it has not reported its own end after its parent's last event of it; and is not asked in this round yet.
open_stacks() {
	awk_ -F "$TAB" -v OFS="$TAB" -v parent="$1" '
			(parent == "" || $8 == parent) && $4 == "AWS::CloudFormation::Stack" && $7 ~ /^arn:/ { path[$7] = $3; begun[$7] = $5 ~ /_IN_PROGRESS$/ ? $1 : begun[$7] }
			$4 == "(stack)" && $5 !~ /_IN_PROGRESS$/ { ended[$8] = $1 }
			END { for (arn in path) if (!(arn in ended) || ended[arn] < begun[arn]) print path[arn], arn }' "$NOTES/log" | sort_ |
		awk_ -F "$TAB" 'FILENAME == ARGV[1] { seen[$2]; next } !($2 in seen)' "$NOTES/asking" -
}

# tell_events [all]: what no event that is still to be read can precede: it is not newer than what was known a round ago.
tell_events() {
	sort_ -t "$TAB" -k 1,1 -k 2,2 "$NOTES/held" >"$NOTES/ordered"
	awk_ -F "$TAB" -v until="$NEWEST" -v all="${1:-}" 'all != "" || $1 <= until' "$NOTES/ordered" >"$NOTES/ready"
	awk_ -F "$TAB" -v until="$NEWEST" -v all="${1:-}" 'all == "" && $1 > until' "$NOTES/ordered" >"$NOTES/held"
	awk_ -F "$TAB" -v stack="$STACK" '{ printf "%s  %-20s  %s%s\n", substr($1, 12, 8), $5, ($3 == "-" ? stack : $3), ($6 == "-" ? "" : "  " $6) }' "$NOTES/ready" >&"$EVENTS_TO"
	NEWEST=$(cut -f 1 "$NOTES/log" | sort_ | tail -n 1)
}

# follow: to the end of the operation whose token is OPERATION, from SINCE on. STATUS is then what the root came to.
# It never gives up while the stack can be asked; what cannot be asked for long ends with 6, as the operation goes on.
follow() {
	FOLLOWING=yes
	misses=0 quiet=0
	while :; do
		if ! read_round; then
			is_passing "$PAGE" || [ "$misses" -lt 3 ] || lost "$PAGE"
			case $(code_in "$PAGE") in ExpiredToken* | RequestExpired | InvalidClientTokenId | UnrecognizedClientException | AccessDenied*) lost "$PAGE" ;; esac
			misses=$((misses + 1))
			[ "$misses" -lt 60 ] || lost "$PAGE"
			pause $((misses < 6 ? misses * POLL : 6 * POLL))
			continue
		fi
		misses=0
		ROOT_STATUS=$(awk_ -F "$TAB" '$3 == "-" && $4 == "(stack)" { status = $5 } END { print status }' "$NOTES/log")
		tell_events
		if [ -n "$ROOT_STATUS" ] && ! is_busy "$ROOT_STATUS"; then
			look "$STACK_ARN"
			# By its ARN a deleted stack is DELETE_COMPLETE for ninety days.
			[ -n "$STATUS" ] || STATUS=$(value "$NOTES/stack" Stacks/0/StackStatus)
			[ -n "$STATUS" ] || STATUS=$ROOT_STATUS
			if ! is_busy "$STATUS"; then
				read_round || :
				tell_events all
				FOLLOWING=
				return
			fi
		fi
		quiet=$((quiet + 1))
		pause "$POLL"
	done
}

# What was begun goes on without this script.
lost() {
	FOLLOWING=
	say "error: stack $STACK can no longer be read: $(message_in "$1")$(sed -n 1p "$1.refused" | cut -c 1-200)"
	say "next: the operation continues; follow it: $(again events --follow)"
	exit 6
}

# --- The first cause ---------------------------------------------------------------------------------------------------

# explain_failure: the first *_FAILED that is neither a stack nor cancelled, with its reason; then the state, and what to do next.
explain_failure() {
	sort_ -t "$TAB" -k 1,1 -k 2,2 "$NOTES/log" >"$NOTES/ordered"
	first_cause <"$NOTES/ordered" >"$NOTES/cause"
	say "error: stack $STACK is in $STATUS"
	sed 's/^/  /' "$NOTES/cause" >&2
	way_out "$STATUS"
	if [ "$STATUS" = UPDATE_ROLLBACK_FAILED ]; then
		stuck_resources
		show_stuck
	fi
	say "next: $NEXT"
}

first_cause() {
	awk_ -F "$TAB" '
		{ where = $3 == "-" ? "root" : $3 }
		$5 ~ /_FAILED$/ && $4 != "(stack)" && $4 != "AWS::CloudFormation::Stack" && $6 !~ /[Cc]ancelled/ && leaf == "" { leaf = where " " $5 ": " $6 "  (" $4 ")" }
		$5 ~ /_FAILED$/ && ($4 == "(stack)" || $4 == "AWS::CloudFormation::Stack") && $6 != "-" && $6 !~ /^Embedded stack|^The following resource|[Cc]ancelled/ && stack == "" { stack = where " " $5 ": " $6 }
		$5 ~ /ROLLBACK_IN_PROGRESS$/ && $4 == "(stack)" && $6 != "-" && root == "" { root = where " " $5 ": " $6 }
		$5 ~ /_FAILED$/ && $6 ~ /[Cc]ancelled/ && $4 !~ /Stack$|^\(stack\)$/ { stopped = stopped (stopped == "" ? "" : ", ") where }
		END {
			if (leaf != "") print leaf
			else if (stack != "") { print stack; if (stopped != "") print "at work then, and cancelled: " stopped }
			else if (root != "") print root
			else print "no event says why: look into the stack in the console, or: deploy.sh events"
		}'
}

# stuck_resources: what a rollback got stuck on, in $NOTES/stuck: path, AWS'\''s name for it, reason. A nested stack is
# stuck only where none of its own resources is.
stuck_resources() {
	tree "$STACK_ARN"
	awk_ -F "$TAB" -v OFS="$TAB" -v root="$STACK_ARN" '
		$3 == "UPDATE_FAILED" { line[++many] = $0; at[many] = $1 }
		END {
			for (i = 1; i <= many; i++) {
				split(line[i], part, FS)
				deeper = 0
				for (k = 1; k <= many; k++) if (index(at[k], part[1] "/") == 1) deeper = 1
				if (deeper) continue
				name = part[1]; sub(/.*\//, "", name)
				split(part[6], of, "/")
				print part[1], (part[6] == root ? name : of[2] "." name), part[5]
			}
		}' "$NOTES/resources" >"$NOTES/stuck"
}

show_stuck() {
	awk_ -F "$TAB" '{ print "  stuck: " $1 ": " $3 }' "$NOTES/stuck" >&2
	skips=$(cut -f 2 "$NOTES/stuck" | tr '\n' ' ' | sed 's/ $//')
	if [ -n "$skips" ]; then
		NEXT="fix what did not roll back, then: $(again continue)
      or leave it as it is, by name: $(again continue --skip "$(printf '%s' "$skips" | tr ' ' ',')")
      which is: aws cloudformation continue-update-rollback --region $REGION --stack-name $STACK --resources-to-skip $skips"
	fi
}
