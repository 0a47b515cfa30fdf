# --- Text: JSON strings and percent-encoding. Every function leaves its answer in R: a subshell would cost a process. ---

readonly BACKSLASH=\\
# Well-formed UTF-8, byte by byte (RFC 3629 section 4).
readonly UTF8=$'^([\x01-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf][\x80-\xbf]|[\xf1-\xf3][\x80-\xbf][\x80-\xbf][\x80-\xbf]|\xf4[\x80-\x8f][\x80-\xbf][\x80-\xbf])*$'

# cut TEXT: PIECES is TEXT in pieces of about a kilobyte that begin at characters. Bash copies a whole text for each part
# that is taken of it, and replaces in quadratic time: in two steps it stays linear for what fits a command.
cut() {
  PIECES=()
  local text=$1 big at=0 from
  while ((at < ${#text})); do
    cut_size 65536 "${text:at+65536:4}"
    big=${text:at:SIZE}
    at=$((at + SIZE)) from=0
    while ((from < ${#big})); do
      cut_size 1024 "${big:from+1024:4}"
      PIECES[${#PIECES[@]}]=${big:from:SIZE}
      from=$((from + SIZE))
    done
  done
}

# cut_size SIZE NEXT: SIZE is made as much larger as NEXT begins inside of a character.
cut_size() {
  SIZE=$1
  case $2 in
  [$'\x80'-$'\xbf'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf']*) SIZE=$((SIZE + 3)) ;;
  [$'\x80'-$'\xbf'][$'\x80'-$'\xbf']*) SIZE=$((SIZE + 2)) ;;
  [$'\x80'-$'\xbf']*) SIZE=$((SIZE + 1)) ;;
  esac
}

# is_utf8 TEXT
is_utf8() {
  [[ $1 == *[!$'\x01'-$'\x7f']* ]] || return 0
  if ((${#1} <= 1024)); then
    [[ $1 =~ $UTF8 ]]
    return
  fi
  local piece
  cut "$1"
  for piece in "${PIECES[@]}"; do
    [[ $piece =~ $UTF8 ]] || return 1
  done
}

# in_pieces FUNCTION TEXT: R is what the function makes of TEXT, or of its pieces where it is long.
in_pieces() {
  if ((${#2} <= 1024)); then
    "$1" "$2"
    return
  fi
  local piece chunks=()
  cut "$2"
  for piece in "${PIECES[@]}"; do
    "$1" "$piece"
    chunks[${#chunks[@]}]=$R
  done
  printf -v R %s "${chunks[@]}"
}

# json_string TEXT: R is TEXT as a JSON string.
json_string() {
  R=$1
  if [[ $R == *[!\ -~]* || $R == *[\"\\]* ]]; then in_pieces json_escape "$R"; fi
  R="\"$R\""
}

# json_escape PIECE: R is PIECE with what JSON.stringify escapes escaped.
json_escape() {
  R=${1//"$BACKSLASH"/"$BACKSLASH$BACKSLASH"}
  R=${R//\"/"$BACKSLASH\""}
  [[ $R == *[[:cntrl:]]* ]] || return 0
  R=${R//$'\n'/"${BACKSLASH}n"}
  R=${R//$'\t'/"${BACKSLASH}t"}
  R=${R//$'\r'/"${BACKSLASH}r"}
  [[ ${R//$'\x7f'/} == *[[:cntrl:]]* ]] || return 0
  R=${R//$'\b'/"${BACKSLASH}b"}
  R=${R//$'\f'/"${BACKSLASH}f"}
  local code char hex
  for code in 1 2 3 4 5 6 7 11 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31; do
    printf -v hex %02x "$code"
    printf -v char %b "\\x$hex"
    [[ $R != *"$char"* ]] || R=${R//"$char"/"${BACKSLASH}u00$hex"}
  done
}

# percent TEXT [KEPT]: R is TEXT with every byte as %XX that is neither unreserved (RFC 3986 section 2.3) nor in KEPT.
percent() {
  R=$1
  # The hyphen stands last: elsewhere it would make a range.
  local kept=%A-Za-z0-9._~${2-}-
  [[ $R != *[!${kept#%}]* ]] || in_pieces percent_piece "$R"
}

# percent_piece PIECE: R. Each kind of byte in it is replaced at once; the percent sign first, since the others bring it in.
percent_piece() {
  local run byte code
  R=${1//%/%25}
  while run=${R%%[!$kept]*} && [[ $run != "$R" ]]; do
    byte=${R:${#run}:1}
    # A byte above 127 counts as negative.
    printf -v code %d "'$byte"
    printf -v code %%%02X "$((code & 255))"
    R=${R//"$byte"/$code}
  done
}
