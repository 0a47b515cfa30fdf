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
  trap ended EXIT
  # A device, or a file in a folder that is closed.
  if [[ -e $OUTPUT && ! -f $OUTPUT ]] || ! : 2>/dev/null >"$PART"; then PART=$OUTPUT; fi
}

# end_part: OUTPUT is what PART is. A file that is there keeps its owner, its permissions and its links.
end_part() {
  [[ $PART != "$OUTPUT" ]] || return 0
  if [[ -e $OUTPUT ]]; then cat -- "$PART" >"$OUTPUT"; else mv -- "$PART" "$OUTPUT" && PART=; fi 2>/dev/null || not_written
}

# drop_part STATUS: what is left of it at the end, however that came. With status 8 it is an answer, though a partial one.
drop_part() {
  [[ $1 != 8 ]] || end_part
  [[ -z $PART || $PART == "$OUTPUT" ]] || rm -f -- "$PART"
}

# save FUNCTION: what it prints goes to OUTPUT, unless it fails.
save() {
  begin_part
  exec >"$PART" || not_written
  "$1"
  end_part
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
  EXTRA_CONFIG=$'include\nsuppress-connect-headers\n'
  ATTEMPT=1
  trap ended EXIT
  while :; do
    STREAM=1 RESPONSE=
    send
    STATUS=000 RETRY_AFTER='' REDIRECT='' ANSWER_BODY='' CURL_STATUS=0 RUNNING=1
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 402)); then
      # Which cannot tell how it ended.
      take_stream < <(start_curl 2>/dev/null)
      [[ $STATUS != 000 ]] || CURL_STATUS=7
    else
      start_curl 2>/dev/null | take_stream
      CURL_STATUS=${PIPESTATUS[0]}
      # It may not have been able to give all of a refusal.
      if [[ $STATUS != 2?? && $STATUS != 000 ]]; then CURL_STATUS=0; fi
    fi
    RUNNING=
    if [[ $STATUS == 2?? ]]; then
      ((CURL_STATUS == 0)) || { load errors && connection_failed; }
      return
    fi
    load retry
    again || break
  done
  judge
}

# take_stream: prints the answer that comes, or keeps what the API says instead.
take_stream() {
  local row
  while IFS= read -r row; do
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
  if [[ $STATUS == 2?? ]]; then cat 2>/dev/null || not_written; else IFS= read -r -d '' -n 60000 ANSWER_BODY; fi
}
