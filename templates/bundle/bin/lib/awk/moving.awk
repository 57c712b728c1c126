# What of one template can come to another value in an update: by its text, not by what a change set lists.
#
# CloudFormation makes a nested stack's change set before it knows what the other nested stacks will output. So it lists
# whatever reads such an output, as if it changed. Here a property can change only where its text is another one than in
# the template that runs, or where it names something that can change: a parameter with another value, a condition over
# one, a resource that changes. What cannot change is listed for the unknown output alone.
#
#   awk -f moving.awk part=1 WORDS part=2 PASSED part=3 FED part=4 CONSTANT part=5 ROWS part=6 DETAILS part=7 RUNNING part=8 SENT \
#       part=9 UNSURE
#
# WORDS     parameters that have another value                     PASSED   parameters that are given a value at all
# FED       outputs of nested stacks that can change: Network.Outputs.VpcId, or Network.* for all
# CONSTANT  type, attribute: what stays as it is while the resource is updated in place; `-attribute`: what does not
# ROWS      logical id, action, replacement, type                  DETAILS  logical id, attribute, property, requires recreation
#
# UNSURE    parameters whose value the change set does not know: a condition over one may switch a resource off, of which
#           the change set says nothing (its type stands behind it, as it has no row)
#
# Prints    row LOGICAL_ID VERDICT PROPERTIES    listed, in-place, may-replace, replaced, added, removed, may-go, ...
#           output NAME | parameter NESTED_STACK NAME              what can change and is read elsewhere
#           unread                                                 the template is not of the form that is read here:
#                                                                  then everything in it can change
#
# Read is what render.py writes: block style, two blanks a level. TAGS=yes says that the stack's tags change.

BEGIN { FS = "\t" }

part == 1 { moving[$1] }
part == 2 { passed[$1] }
part == 3 { fed[$1]; feeds[substr($1, 1, index($1, ".") - 1)] }
part == 4 { constant[$1, $2] }
part == 5 { row[++rows] = $1; action[$1] = $2; replacement[$1] = $3; type[$1] = $4 }
part == 6 { detail[$1] = detail[$1] ($2 == "Properties" ? $3 : $2) " " $4 "\n" }
part == 9 { unsure[$1] }
part == 7 || part == 8 { side = part; template($0) }

function template(line) {
	if (line ~ /\t/ || line ~ /Fn::ForEach|Fn::Transform/) unread = 1
	# An anchor, an alias, a merge: text from elsewhere is part of the value.
	if (line ~ /^[^#"\047]*[:-] +[&*][A-Za-z0-9_]/ || line ~ /^ *(- )*<<:/) unread = 1
	# In a text of several lines a blank one, and one that begins with `#`, is part of it, and no comment.
	match(line, /[^ ]/)
	if (side != text_side || (line !~ /^ *$/ && RSTART - 1 <= text_from)) text_side = 0
	if (!text_side) {
		if (line ~ /^ *(#.*)?$/) return
		if (line ~ /[|>][-+0-9]*( +#.*)?$/) { text_side = side; text_from = RSTART - 1 }
	}
	if (line ~ /^[A-Za-z"]/) {
		section = line
		sub(/:.*/, "", section)
		if (section == "Transform") unread = 1
		if (section ~ /^(Parameters|Mappings|Conditions|Resources|Outputs)$/ && line !~ /^[A-Za-z]+: *([{][}] *)?(#.*)?$/) unread = 1
		name = ""
		return
	}
	if (section !~ /^(Parameters|Mappings|Conditions|Resources|Outputs)$/) return
	if (line ~ /^  [^ ]/) {
		if (line !~ /^  [A-Za-z0-9]+:( |$)/) { unread = 1; return }
		name = substr(line, 3)
		sub(/:.*/, "", name)
		property = inner = ""
		known[side, section, name] = 1
		if (section == "Resources") { found[side] = 1; if (line !~ /: *(#.*)?$/) unread = 1 }
		if (!((section, name) in seen)) { seen[section, name]; order[section, ++many[section]] = name }
		whole[side, section, name] = line
		says[side, section, name] = spoken(line)
		attribute = ""
		return
	}
	if (name == "") { unread = 1; return }
	if (section == "Outputs") {
		# The description of an output, and its name for others, are not its value.
		if (line ~ /^    [^ ]/) { attribute = substr(line, 5); sub(/:.*/, "", attribute) }
		if (attribute != "Value" && attribute != "Condition") return
	}
	whole[side, section, name] = whole[side, section, name] "\n" line
	says[side, section, name] = says[side, section, name] "\n" spoken(line)
	if (section == "Parameters") {
		if (line ~ /^    [^ ]/) { key_of[side] = substr(line, 5); sub(/:.*/, "", key_of[side]) }
		said[side, name, key_of[side]] = said[side, name, key_of[side]] "\n" line
	}
	if (section != "Resources") return
	if (line ~ /^    [^ ]/) {
		property = substr(line, 5)
		sub(/:.*/, "", property)
		attribute = property
		inner = ""
	} else if (attribute == "Properties" && line ~ /^      [^ ]/) {
		property = substr(line, 7)
		sub(/:.*/, "", property)
		inner = ""
	} else if (attribute == "Properties" && property == "Parameters" && line ~ /^        [^ ]/) {
		inner = substr(line, 9)
		sub(/:.*/, "", inner)
		if (!((name, inner) in given)) { given[name, inner]; handed[name] = handed[name] " " inner }
	}
	# What is deeper or is written on one line would be taken for less than it is.
	if (attribute == "Properties" && (property == "Properties" ? line !~ /^    Properties: *([{][}] *)?(#.*)?$/ : 0)) unread = 1
	if (attribute == "Properties" && property == "Parameters" && inner == "" && line !~ /^      Parameters: *([{][}] *)?(#.*)?$/) unread = 1
	if (property == "Type" && side == 8) { kind[name] = line; sub(/^ *Type: */, "", kind[name]) }
	if (line ~ /^    Properties:/ || attribute == "DependsOn") return
	if (!((name, property) in holds)) { holds[name, property]; held[name] = held[name] " " property }
	add(side, name, property, line)
	if (inner != "") add(side, name, property "/" inner, line)
}

function add(side, name, property, line) {
	text[side, name, property] = text[side, name, property] "\n" line
	if (side == 8) says[name, property] = says[name, property] "\n" spoken(line)
}

# A line without the key that it begins with: `Service: ...` names no resource of that name.
function spoken(line) {
	sub(/^ *(- )*[A-Za-z0-9]+:( |$)/, "", line)
	return line
}

END {
	if (!found[7] || !found[8]) unread = 1
	for (i = 1; i <= many["Parameters"]; i++) {
		name = order["Parameters", i]
		if (said[7, name, "Type"] != said[8, name, "Type"] || said[8, name, "Type"] ~ /AWS::SSM/) moving[name]
		if (!(name in passed) && said[7, name, "Default"] != said[8, name, "Default"]) moving[name]
	}
	for (i = 1; i <= many["Mappings"]; i++) { name = order["Mappings", i]; if (differs("Mappings", name)) moving[name] }
	do {
		changed = 0
		for (i = 1; i <= many["Conditions"]; i++) {
			name = order["Conditions", i]
			if (!(name in moving) && (differs("Conditions", name) || names(says[8, "Conditions", name]))) { moving[name]; changed = 1 }
		}
	} while (changed)
	for (name in unsure) if (!(name in moving)) delete unsure[name]
	do {
		changed = 0
		for (i = 1; i <= many["Conditions"]; i++) {
			name = order["Conditions", i]
			if (!(name in unsure) && is_unsure(says[8, "Conditions", name])) { unsure[name]; changed = 1 }
		}
	} while (changed)
	do {
		changed = 0
		for (i = 1; i <= rows; i++) changed += judge(row[i])
	} while (changed)
	if (unread) print "unread"
	for (i = 1; i <= rows; i++) print "row" FS row[i] FS verdict[row[i]] FS substr(why[row[i]], 2)
	for (i = 1; i <= many["Resources"]; i++) {
		name = order["Resources", i]
		if (!(name in action) && ((7, "Resources", name) in known) && is_unsure(says[name, "Condition"])) print "row" FS name FS "may-go" FS "Condition" FS kind[name]
	}
	for (i = 1; i <= many["Outputs"]; i++) {
		name = order["Outputs", i]
		if (unread || differs("Outputs", name) || names(says[8, "Outputs", name])) print "output" FS name
	}
	for (i = 1; i <= many["Resources"]; i++) {
		name = order["Resources", i]
		if (kind[name] != "AWS::CloudFormation::Stack") continue
		if (unread || text[7, name, "Condition"] != text[8, name, "Condition"] || names(says[name, "Condition"])) print "parameter" FS name FS "*"
		count = split(substr(handed[name], 2), list, " ")
		for (k = 1; k <= count; k++)
			if (unread || text[7, name, "Parameters/" list[k]] != text[8, name, "Parameters/" list[k]] || names(says[name, "Parameters/" list[k]]))
				print "parameter" FS name FS list[k]
	}
}

function differs(part_of, entry) { return whole[7, part_of, entry] != whole[8, part_of, entry] }

# Whether the judgement of a row has become another one; it only ever gets worse.
function judge(id,    was, count, list, k) {
	was = verdict[id]
	if (action[id] != "Modify") verdict[id] = action[id] == "Add" ? "added" : action[id] == "Remove" ? "removed" : action[id] == "Import" ? "imported" : "unknown"
	else if (unread || !((7, "Resources", id) in known) || !((8, "Resources", id) in known)) verdict[id] = by_row(id)
	else {
		why[id] = ""
		count = split(substr(held[id], 2), list, " ")
		for (k = 1; k <= count; k++)
			if (!(list[k] == "TemplateURL" && kind[id] == "AWS::CloudFormation::Stack"))
				if (text[7, id, list[k]] != text[8, id, list[k]] || names(says[id, list[k]])) why[id] = why[id] " " list[k]
		verdict[id] = why[id] != "" ? by_details(id) : TAGS == "yes" ? tagged(id) : "listed"
	}
	if (action[id] == "Modify" && is_unsure(says[id, "Condition"])) verdict[id] = "may-go"
	return verdict[id] != was
}

# Whether a text names a parameter, or a condition over one, that may be another value and is not known yet.
function is_unsure(value,    count, list, k) {
	count = split(value, list, /[^A-Za-z0-9]+/)
	for (k = 1; k <= count; k++) if (list[k] != "" && (list[k] in unsure)) return 1
	return 0
}

function by_row(id) {
	return replacement[id] == "True" ? "replaced" : replacement[id] == "False" ? "in-place" : "may-replace"
}

# What a change of these properties does, by what the change set says of them; without a word of it, of the whole row.
function by_details(id,    count, list, k, word, worst, told) {
	if (replacement[id] == "False") return "in-place"
	count = split(detail[id], list, "\n")
	for (k = 1; k <= count; k++) {
		split(list[k], word, " ")
		if (index(why[id] " ", " " word[1] " ")) {
			told = 1
			if (word[2] == "Always") worst = "replaced"
			else if (word[2] != "Never" && worst == "") worst = "may-replace"
		}
	}
	if (!told) return by_row(id)
	if (worst == "replaced" && replacement[id] != "True") worst = "may-replace"
	return worst == "" ? "in-place" : worst
}

function tagged(id) {
	why[id] = " Tags"
	return by_details(id) == "in-place" || !index(detail[id], "Tags ") ? "in-place" : by_details(id)
}

# Whether a text names something that can change.
function names(value,    count, list, k, whole_word, head, tail, long_form) {
	if (value == "") return 0
	if (value ~ /[{][{]resolve:|GetAZs|GetStackOutput|AWS::NotificationARNs/) return 1
	# `Fn::GetAtt: [A, B]`, and the tag before a list: resource and attribute are words of their own.
	long_form = value ~ /Fn::GetAtt|!GetAtt *([^ A-Za-z0-9]|$)/
	count = split(value, list, /[^A-Za-z0-9_.:]+/)
	for (k = 1; k <= count; k++) {
		whole_word = list[k]
		if (whole_word == "") continue
		if (whole_word in moving) return 1
		head = tail = whole_word
		sub(/[.].*/, "", head)
		if (head in moving) return 1
		tail = head == whole_word ? "" : substr(whole_word, length(head) + 2)
		if (tail ~ /^Outputs[.]/ || (long_form && kind[head] == "AWS::CloudFormation::Stack")) {
			if ((whole_word in fed) || (long_form && (head in feeds)) || ((head ".*") in fed) || (tail == "" && verdict[head] != "listed" && (head in action))) return 1
			continue
		}
		if (!(head in verdict) || verdict[head] == "listed" || verdict[head] == "") continue
		if (kind[head] == "AWS::CloudFormation::Stack" && verdict[head] == "in-place") continue
		if (verdict[head] != "in-place") return 1
		if (tail == "" && !long_form && type[head] ~ /^AWS::/ && type[head] != "AWS::CloudFormation::CustomResource") continue
		if (tail != "" && stays(type[head], tail)) continue
		return 1
	}
	return 0
}

# Whether an attribute is the resource's own id or ARN, or is known to be given once.
function stays(of, attribute,    noun, last) {
	if (of !~ /^AWS::/ || of == "AWS::CloudFormation::CustomResource" || (of, "-" attribute) in constant) return 0
	if ((of, attribute) in constant) return 1
	if (attribute !~ /(Arn|Id|FullName)$/) return 0
	noun = tolower(attribute)
	sub(/(arn|id|fullname)$/, "", noun)
	last = tolower(of)
	sub(/.*::/, "", last)
	return noun == "" || substr(last, length(last) - length(noun) + 1) == noun
}
