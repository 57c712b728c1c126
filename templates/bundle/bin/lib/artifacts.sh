# Templates in the bucket, under names made of their bytes, and the URLs that name them: the same keys, the same bytes
# and the same URLs as deploy.py's. `aws cloudformation package` is not used: it writes the templates anew.
# shellcheck shell=sh disable=SC2016,SC2030,SC2031,SC2034,SC2153

# Where the AWS CLI is pointed at something that is not AWS, the bucket stands in the path, as deploy.py has it.
bucket_url() {
	host=s3.$REGION.$PARTITION_SUFFIX
	elsewhere=$(printf '%s' "${AWS_ENDPOINT_URL_S3:-${AWS_ENDPOINT_URL:-}}" | sed 's|^[a-z]*://||; s|[:/].*||')
	case $elsewhere in
		'' | *".$PARTITION_SUFFIX") printf 'https://%s.%s' "$BUCKET" "$host" ;;
		*) printf 'https://%s/%s' "$host" "$BUCKET" ;;
	esac
}

# What is under the folder, in $NOTES/objects: key, size and version, the oldest version first.
list_objects() {
	if ! ask "$NOTES/versions" s3api list-object-versions --bucket "$BUCKET" --prefix "$FOLDER/" --delimiter / --expected-bucket-owner "$ACCOUNT"; then
		case $(code_in "$NOTES/versions") in
			NoSuchBucket) return 1 ;;
			AccessDenied | 403) stop 1 "bucket $BUCKET does not belong to account $ACCOUNT, or these credentials may not list it: $(message_in "$NOTES/versions")" \
				"where it is that account's, these credentials need s3:ListBucket and s3:ListBucketVersions on it" ;;
			PermanentRedirect | 301 | AuthorizationHeaderMalformed | IllegalLocationConstraintException) stop 1 "bucket $BUCKET is not in $REGION" ;;
			*) must "$NOTES/versions" s3api list-object-versions --bucket "$BUCKET" --prefix "$FOLDER/" --delimiter / --expected-bucket-owner "$ACCOUNT" ;;
		esac
	fi
	table "$NOTES/versions" Versions Key Size VersionId | awk_ '{ line[NR] = $0 } END { for (i = NR; i; i--) print line[i] }' >"$NOTES/objects"
	# The CLI follows S3 into another Region, CloudFormation does not.
	if ask "$NOTES/head" s3api head-bucket --bucket "$BUCKET" --expected-bucket-owner "$ACCOUNT"; then
		where=$(value "$NOTES/head" BucketRegion)
		[ -z "$where" ] || [ "$where" = "$REGION" ] || stop 1 "bucket $BUCKET is in $where, but the environment is in $REGION"
	fi
}

# A private, versioned, encrypted bucket that answers over TLS alone and keeps every template that was ever put.
make_bucket() {
	say "creating bucket $BUCKET"
	set -- --bucket "$BUCKET" --object-ownership BucketOwnerEnforced
	# S3 refuses a LocationConstraint that names its default.
	[ "$REGION" = us-east-1 ] || set -- "$@" --create-bucket-configuration "LocationConstraint=$REGION"
	if ! ask "$NOTES/bucket" s3api create-bucket "$@"; then
		[ "$(code_in "$NOTES/bucket")" = BucketAlreadyOwnedByYou ] || refused "$NOTES/bucket"
	fi
	set -- --bucket "$BUCKET" --expected-bucket-owner "$ACCOUNT"
	cp "$BUNDLE/policy/bucket/"*.json "$CONFIG/bucket-policy.json" "$NOTES/"
	must "$NOTES/bucket" s3api put-public-access-block "$@" --public-access-block-configuration "file://public-access-block.json"
	must "$NOTES/bucket" s3api put-bucket-versioning "$@" --versioning-configuration "file://versioning.json"
	must "$NOTES/bucket" s3api put-bucket-encryption "$@" --server-side-encryption-configuration "file://encryption.json"
	must "$NOTES/bucket" s3api put-bucket-lifecycle-configuration "$@" --lifecycle-configuration "file://lifecycle.json"
	must "$NOTES/bucket" s3api put-bucket-policy "$@" --policy "file://bucket-policy.json"
}

# --- From files to URLs ----------------------------------------------------------------------------------------------

# named_files FILE: the lines of a template that name another file as a nested stack's, as the text of the file's name.
named_files() {
	awk_ '/^ *TemplateURL:/ { text = $0; sub(/^ *TemplateURL: */, "", text); sub(/ +#.*$/, "", text); sub(/ *$/, "", text)
		if (text ~ /^".*"$/ || text ~ /^\047.*\047$/) text = substr(text, 2, length(text) - 2)
		if (text != "" && text !~ /:\/\// && text !~ /^[!{]/) print text }' "$1"
}

# package HOW: every template under its content's name, children first, as a parent's bytes hold their URLs.
# HOW says where one stands: `expected` only looks at the list, `put` verifies it, and puts what is missing.
# Leaves the templates as they are sent in $NOTES/sent/, and the file, key and version of each in $NOTES/packed.
package() {
	mkdir -p "$NOTES/sent"
	: >"$NOTES/packed"
	PACKED_WHOLE=yes PINNED=yes
	[ "$1" != put ] || package_leaves "$ROOT"
	package_one "$ROOT" "$1" 0
	ROOT_URL=$(url_of "$ROOT")
	ROOT_TEXT=$NOTES/sent/$ROOT
}

# package_leaves FILE: templates that name no other are verified, or put, beside each other; each notes where it stands in
# a file of its own, which reports what goes wrong with it.
package_leaves() {
	jobs=
	for child in $(named_files "$BUNDLE/templates/$1" | sort_ -u); do
		leaf=$(beside "$1" "$child")
		[ -f "$BUNDLE/templates/$leaf" ] || continue
		[ -z "$(named_files "$BUNDLE/templates/$leaf")" ] || continue
		mkdir -p "$NOTES/leaf/$leaf"
		cp "$NOTES/objects" "$NOTES/leaf/$leaf/objects"
		: >"$NOTES/leaf/$leaf/packed"
		(
			all=$NOTES
			NOTES=$all/leaf/$leaf
			mkdir -p "$NOTES/sent"
			UPLOADED=0
			package_one "$leaf" put 1
			echo "$UPLOADED" >"$NOTES/uploaded"
		) &
		jobs="$jobs $!"
	done
	for job in $jobs; do wait "$job" || exit $?; done
	for child in $(named_files "$BUNDLE/templates/$1" | sort_ -u); do
		leaf=$(beside "$1" "$child")
		if [ -f "$NOTES/leaf/$leaf/uploaded" ]; then
			cat "$NOTES/leaf/$leaf/packed" >>"$NOTES/packed"
			mkdir -p "$(dirname "$NOTES/sent/$leaf")"
			cp "$NOTES/leaf/$leaf/sent/$leaf" "$NOTES/sent/$leaf"
			UPLOADED=$((UPLOADED + $(cat "$NOTES/leaf/$leaf/uploaded")))
			grep -q -e "$TAB-\$" -e "${TAB}null\$" "$NOTES/leaf/$leaf/packed" && PINNED=''
		fi
	done
}

# POSIX sh has no local variables: whatever is needed after the recursion is said again.
package_one() {
	[ "$3" -lt 10 ] || stop 2 "templates/$1: nested stacks name each other in a circle"
	cut -f 1 "$NOTES/packed" | grep -q -x -F -e "$1" && return
	[ -f "$BUNDLE/templates/$1" ] || stop 2 "templates/$1 is not there"
	for child in $(named_files "$BUNDLE/templates/$1"); do
		package_one "$(beside "$1" "$child")" "$2" $(($3 + 1))
	done
	mkdir -p "$(dirname "$NOTES/sent/$1")"
	: >"$NOTES/urls"
	for child in $(named_files "$BUNDLE/templates/$1"); do
		printf '%s\t%s\n' "$child" "$(url_of "$(beside "$1" "$child")")" >>"$NOTES/urls"
	done
	with_urls "$BUNDLE/templates/$1" "$NOTES/urls" >"$NOTES/sent/$1"
	size=$(wc -c <"$NOTES/sent/$1")
	[ "$size" -le 1048576 ] || stop 2 "templates/$1 has $size bytes; CloudFormation reads at most 1,048,576"
	digest=$(digest_of "$NOTES/sent/$1")
	stem=$(basename "$1")
	KEY=$FOLDER/${stem%.*}-$digest.yaml
	VERSION_ID=
	"locate_$2" "sent/$1" "$digest" "$size"
	printf '%s\t%s\t%s\n' "$1" "$KEY" "${VERSION_ID:--}" >>"$NOTES/packed"
}

# beside FILE NAME: the file that a template names, seen from templates/.
beside() {
	case $1 in */*) printf '%s/%s' "${1%/*}" "$2" ;; *) printf '%s' "$2" ;; esac | awk_ '{
		many = split($0, part, "/"); depth = 0
		for (i = 1; i <= many; i++) {
			if (part[i] == "." || part[i] == "") continue
			if (part[i] == "..") { if (!depth) exit 1; depth--; continue }
			kept[++depth] = part[i]
		}
		for (i = 1; i <= depth; i++) printf "%s%s", (i > 1 ? "/" : ""), kept[i]
		print "" }'
}

# with_urls TEMPLATE URLS: the template with each file's name replaced by its URL, and not a byte besides.
with_urls() {
	awk_ -F "$TAB" 'FILENAME == ARGV[1] { url[$1] = $2; next }
		/^ *TemplateURL:/ {
			match($0, /^ *TemplateURL: */); start = substr($0, 1, RLENGTH); text = substr($0, RLENGTH + 1); rest = ""
			if (match(text, / +#.*$/) || match(text, / +$/)) { rest = substr(text, RSTART); text = substr(text, 1, RSTART - 1) }
			mark = text ~ /^["\047]/ ? substr(text, 1, 1) : ""
			name = mark == "" ? text : substr(text, 2, length(text) - 2)
			if (name in url) { print start mark url[name] mark rest; next }
		}
		{ print }' "$2" "$1"
}

url_of() {
	awk_ -F "$TAB" -v file="$1" -v base="$(bucket_url)" '
		function safe(text, keep,    i, c, out) {
			for (i = 1; i <= length(text); i++) { c = substr(text, i, 1); out = out (c ~ keep ? c : sprintf("%%%02X", code[c])) }
			return out
		}
		BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
		$1 == file { printf "%s/%s%s\n", base, safe($2, "[A-Za-z0-9_.~/-]"), ($3 == "-" || $3 == "null" ? "" : "?versionId=" safe($3, "[A-Za-z0-9_.~-]")); exit }' "$NOTES/packed"
}

# candidates SIZE: the versions under $KEY of that size, the oldest first: the one that was used first is used again.
candidates() { awk_ -F "$TAB" -v key="$KEY" -v size="$1" '$1 == key && $2 == size { print $3 }' "$NOTES/objects"; }

locate_expected() {
	VERSION_ID=$(candidates "$3" | sed -n 1p)
	[ -n "$VERSION_ID" ] || PACKED_WHOLE=
	case $VERSION_ID in '' | - | null) PINNED='' ;; esac
}

# locate_put FILE DIGEST SIZE, the file seen from the folder for notes. A name proves nothing: an existing object is verified by the checksum that S3 keeps, else by reading it.
locate_put() {
	FOUND=
	for candidate in $(candidates "$3"); do
		if holds "$candidate" "$2"; then FOUND=yes VERSION_ID=$candidate; break; fi
	done
	[ -n "$FOUND" ] || put_object "$1" "$2"
	case $VERSION_ID in '' | - | null) PINNED='' ;; esac
}

# holds VERSION DIGEST: whether that version of $KEY holds these bytes.
holds() {
	set -- "$2" --bucket "$BUCKET" --key "$KEY" --expected-bucket-owner "$ACCOUNT" --version-id "$1"
	wanted=$1
	shift
	ask "$NOTES/object" s3api head-object "$@" --checksum-mode ENABLED || { absent "$NOTES/object" && return 1; refused "$NOTES/object"; }
	kept=$(value "$NOTES/object" ChecksumSHA256)
	whole=$(value "$NOTES/object" ChecksumType)
	if [ -n "$kept" ] && { [ -z "$whole" ] || [ "$whole" = FULL_OBJECT ]; }; then
		[ "$kept" = "$(base64_of "$wanted")" ]
		return
	fi
	aws s3api get-object "$@" --region "$REGION" "$NOTES/body" >/dev/null 2>"$NOTES/object.refused" </dev/null || refused "$NOTES/object"
	[ "$(digest_of "$NOTES/body")" = "$wanted" ]
}

absent() { case $(code_in "$1") in 404 | NoSuchKey | NoSuchVersion | 405 | MethodNotAllowed) return 0 ;; *) return 1 ;; esac; }

# Put only where no object has the name; S3 compares the checksum with the bytes that arrive, and keeps it.
put_object() {
	UPLOADED=$((UPLOADED + 1))
	if ask "$NOTES/put" s3api put-object --bucket "$BUCKET" --key "$KEY" --expected-bucket-owner "$ACCOUNT" --body "$1" \
		--content-type application/yaml --checksum-algorithm SHA256 --checksum-sha256 "$(base64_of "$2")" --if-none-match '*'; then
		VERSION_ID=$(value "$NOTES/put" VersionId)
		return
	fi
	case $(code_in "$NOTES/put") in 412 | PreconditionFailed | 409 | ConditionalRequestConflict) ;; *) refused "$NOTES/put" ;; esac
	# If the other writer was a deployment, it put the same bytes: they are read, to be sure.
	list_objects
	for candidate in $(candidates "$(wc -c <"$NOTES/$1" | tr -d ' ')"); do
		if holds "$candidate" "$2"; then VERSION_ID=$candidate; return; fi
	done
	stop 1 "s3://$BUCKET/$KEY does not contain the template that it is named for: somebody else wrote it" \
		"find out who wrote it, then: aws s3api delete-object --bucket $BUCKET --key $KEY --region $REGION"
}

# base64_of DIGEST: a digest in hexadecimal as S3 writes it.
base64_of() {
	awk_ -v hex="$1" 'BEGIN {
		digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
		for (i = 1; i <= length(hex); i++) {
			bits = bits * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
			if (i % 3 == 0) { out = out substr(digits, int(bits / 64) + 1, 1) substr(digits, bits % 64 + 1, 1); bits = 0 }
		}
		# 64 digits: one is left, four bits, which two zero bits make one digit of base64.
		print out substr(digits, bits * 4 + 1, 1) "=" }'
}
