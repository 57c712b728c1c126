# Makes a table of what json.awk prints: one line for each member of the list at LIST, the FIELDS of each between tabs.
# A field that a member lacks, or that is empty, is `-`; with EMPTY=yes it is left empty.
#
#   awk -f table.awk LIST='Stacks/0/Outputs' FIELDS='OutputKey OutputValue'

BEGIN {
	FS = "\t"
}

NR == 1 || !fields {
	fields = split(FIELDS, name, " ")
	for (i = 1; i <= fields; i++) column[name[i]] = i
	start = LIST == "" ? "" : LIST "/"
}

substr($1, 1, length(start)) == start {
	rest = substr($1, length(start) + 1)
	slash = index(rest, "/")
	if (!slash) next
	row = substr(rest, 1, slash - 1)
	member = substr(rest, slash + 1)
	if (row !~ /^[0-9]+$/) next
	if (row + 1 > rows) rows = row + 1
	if (member in column) cell[row, column[member]] = substr($0, length($1) + 2)
}

END {
	for (row = 0; row < rows; row++) {
		line = ""
		for (i = 1; i <= fields; i++) {
			shown = cell[row, i] == "" && EMPTY != "yes" ? "-" : cell[row, i]
			line = line (i > 1 ? "\t" : "") shown
		}
		print line
	}
}
