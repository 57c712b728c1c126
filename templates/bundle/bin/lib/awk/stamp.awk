# Takes the stamp of a release off a root template; with KEY=Version, KEY=Commit or KEY=Digest prints what it says.
#
# It is one in exactly the form that a bundle's root has: two lines in the header, the first entry of Metadata, both
# saying the same. Anything else that is called Release (a resource, a parameter) stays, and is a difference.
#
#   awk -f stamp.awk TEMPLATE

{ line[NR] = $0 }

END {
	at = stamp()
	if (KEY != "") {
		if (at) print said[KEY]
		exit
	}
	for (i = 1; i <= NR; i++) if (!at || !(i == 2 || i == 3 || (i > at && i <= at + 4))) print line[i]
}

# The line of `Metadata:`, where the stamp stands below it.
function stamp(    at, part, commit) {
	if (line[1] !~ /^# Rendered from / || line[2] !~ /^# Release: version [^ ,]+, commit [^ ,]+, digest [^ ,]+$/) return 0
	split(substr(line[2], 20), part, ", (commit|digest) ")
	said["Version"] = part[1]; said["Commit"] = part[2]; said["Digest"] = part[3]
	if (length(part[1]) > 64 || part[1] !~ /^[A-Za-z0-9][A-Za-z0-9._+-]*$/) return 0
	commit = part[2]
	sub(/-dirty$/, "", commit)
	if (commit != "unknown" && length(commit) != 40 && length(commit) != 64) return 0
	if (part[2] !~ /^([0-9a-f]+(-dirty)?|unknown)$/ || part[3] !~ /^sha256:[0-9a-f]+$/ || length(part[3]) != 71) return 0
	if (line[3] != "# Release: without its sources, change values in config/ alone, and ask the people who made it for anything else.") return 0
	at = 4
	while (at <= NR && line[at] !~ /^Metadata:/) at++
	if (line[at] != "Metadata:" || line[at + 1] != "  Release:" || line[at + 5] !~ /^  [^ ]/) return 0
	return says(at + 2, "Version") && says(at + 3, "Commit") && says(at + 4, "Digest") ? at : 0
}

function says(number, key) { return line[number] == "    " key ": \"" said[key] "\"" }
