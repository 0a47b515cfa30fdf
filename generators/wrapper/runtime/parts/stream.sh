# Answers that do not go through a variable of bash: bytes, and what --output names.

stream() {
  if [[ -z $OUTPUT ]]; then
    stream_out
  elif [[ $ANSWER == json || $ANSWER == none ]]; then
    exchange
    save judge
  else
    stream_to_file
  fi
}

# check_output: whether OUTPUT can be written, as far as that can be told before the call.
check_output() {
  local folder=${OUTPUT%/*}
  [[ $folder != "$OUTPUT" ]] || folder=.
  [[ -d ${folder:-/} ]] || usage "there is no folder $folder for --output" "Make it: mkdir -p $folder"
  [[ ! -d $OUTPUT ]] || usage "--output is a folder: $OUTPUT" 'Give the path of a file.'
  if [[ -e $OUTPUT ]]; then [[ -w $OUTPUT ]]; else [[ -w ${folder:-/} ]]; fi || usage "--output cannot be written: $OUTPUT" 'Check its permissions.'
}

# begin_part: PART is where the answer is written first, so that a refusal does not cost the file that is there.
begin_part() {
  PART=$OUTPUT.part-$$
  # Also when this is ended by a signal.
  trap 'rm -f -- "$PART"' EXIT
  if [[ -e $OUTPUT && ! -f $OUTPUT ]] || ! : 2>/dev/null >"$PART"; then
    # A device, or a file in a folder that is closed.
    trap - EXIT
    PART=$OUTPUT
  fi
}

# end_part: OUTPUT is what PART is. A file that is there keeps its owner, its permissions and its links.
end_part() {
  [[ $PART != "$OUTPUT" ]] || return 0
  if [[ -e $OUTPUT ]]; then cat -- "$PART" >"$OUTPUT"; else mv -- "$PART" "$OUTPUT"; fi 2>/dev/null || not_written
}

# save FUNCTION: what it prints goes to OUTPUT, unless it fails.
save() {
  local status
  begin_part
  ("$1") >"$PART"
  status=$?
  case $status in 0 | 8) end_part ;; esac
  exit "$status"
}

# stream_to_file: by curl itself, which keeps every byte and says when some are missing.
stream_to_file() {
  local CONFIG=
  begin_part
  config output "$PART"
  EXTRA_CONFIG=$CONFIG
  exchange
  if [[ $STATUS == 2?? ]]; then
    end_part
    return
  fi
  ANSWER_BODY=
  [[ ! -f $PART ]] || IFS= read -r -d '' -n 60000 ANSWER_BODY <"$PART"
  judge
}

# stream_out: the head decides whether what follows is the answer or the reason why there is none.
stream_out() {
  local head row curl
  EXTRA_CONFIG=$'include\nsuppress-connect-headers\n'
  ATTEMPT=1
  while :; do
    STREAM=1 RESPONSE=
    send
    exec 9< <(
      exec 9<&-
      stream_curl
    )
    curl=$!
    STATUS=000 RETRY_AFTER='' REDIRECT='' ANSWER_BODY=''
    while IFS= read -r row <&9; do
      row=${row%$'\r'}
      case $row in
      HTTP/*)
        STATUS=${row#* }
        STATUS=${STATUS%% *}
        ;;
      [Rr][Ee][Tt][Rr][Yy]-[Aa][Ff][Tt][Ee][Rr]:*) RETRY_AFTER=${row#*:} RETRY_AFTER=${RETRY_AFTER# } ;;
      [Ll][Oo][Cc][Aa][Tt][Ii][Oo][Nn]:*) REDIRECT=${row#*: } ;;
      '') [[ $STATUS == 1?? ]] || break ;;
      esac
    done
    if [[ $STATUS == 2?? ]]; then cat <&9 2>/dev/null || not_written; else IFS= read -r -d '' -n 60000 ANSWER_BODY <&9; fi
    exec 9<&-
    CURL_STATUS=0
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
      wait "$curl"
      CURL_STATUS=$?
      # It may not have been able to give all of a refusal.
      if [[ $STATUS != 2?? && $STATUS != 000 ]]; then CURL_STATUS=0; fi
    elif [[ $STATUS == 000 ]]; then
      CURL_STATUS=7
    fi
    if [[ $STATUS == 2?? ]]; then
      ((CURL_STATUS == 0)) || { load errors && connection_failed; }
      return
    fi
    load retry
    again || break
  done
  judge
}

# stream_curl: curl with CONFIG, its output untouched.
stream_curl() {
  if [[ -n $CURL_STDIN ]]; then
    exec curl -q -sg -K /dev/fd/3 3< <(printf %s "$CONFIG")
  else
    exec curl -q -sg -K - 3< <(printf %s "$BODY") < <(printf %s "$CONFIG")
  fi
}
