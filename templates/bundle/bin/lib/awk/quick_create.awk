# The address of the console's page that creates a stack with these values.
#
#   URL=... awk -v region=REGION -v stack=NAME -f raw.awk -f quick_create.awk HIDDEN GIVEN
#
# HIDDEN    parameters that stand in no address        GIVEN    key and value of the others, as json.awk writes them

function safe(text,    i, sign, out) {
	for (i = 1; i <= length(text); i++) {
		sign = substr(text, i, 1)
		out = out (sign ~ /[A-Za-z0-9_.~-]/ ? sign : sprintf("%%%02X", code[sign]))
	}
	return out
}

BEGIN { for (i = 1; i < 256; i++) code[signs[i]] = i }
FILENAME == ARGV[1] { hidden[$1]; next }
!($1 in hidden) { parameters = parameters "&param_" $1 "=" safe(raw(substr($0, length($1) + 2))) }
END {
	printf "https://%s.console.aws.amazon.com/cloudformation/home?region=%s#/stacks/quickcreate?templateURL=%s&stackName=%s%s\n", region, region, safe(ENVIRON["URL"]), safe(stack), parameters
}
