# again: whether to send once more; waits before. Ends the call when there is no answer and nothing left to try.
again() {
  local why='' wait='' seconds name=${PREFIX}_RETRIES limit
  limit=${!name:-3}
  [[ $limit =~ ^[0-9]$ ]] || limit=3
  if ((CURL_STATUS)); then
    load errors
    if connection_lost && repeatable; then why=connection; fi
  else
    case $STATUS in
    429) why=rate ;;
    502 | 504) ! repeatable || why=busy ;;
    503) [[ -z $RETRY_AFTER ]] && ! repeatable || why=busy ;;
    *) if [[ -n $GRAPHQL ]] && load graphql && rate_limited; then why=rate; fi ;;
    esac
  fi
  if [[ -n $why && -z $STDIN_USED ]] && ((ATTEMPT <= limit)); then
    seconds_to_wait
    if [[ -n $wait ]]; then
      [[ $VERBOSE != 1 ]] || note "attempt $ATTEMPT failed, next one in $wait s"
      # Without what a caller may read to its end, should a signal leave it behind.
      sleep "$wait" >/dev/null 2>&1
      ATTEMPT=$((ATTEMPT + 1))
      return 0
    fi
  fi
  ((CURL_STATUS == 0)) || connection_failed
  [[ $why != rate ]] || STATUS=429
  return 1
}

# repeatable: whether the operation may be sent again even if it may have been done (RFC 9110 section 9.2.2).
repeatable() {
  case $RETRY:$METHOD in
  always:* | :GET | :HEAD | :PUT | :DELETE | :OPTIONS | :TRACE | :QUERY) ;;
  *) return 1 ;;
  esac
}

# seconds_to_wait: `wait` is what the API asks for, if that is a minute or less, else half a second, one, two, each more or less; empty: too long.
seconds_to_wait() {
  local now at
  case $RETRY_AFTER in
  '') ;;
  *[!0-9]*)
    # A date. Where `date` cannot read it the usual wait applies.
    if at=$(date -d "$RETRY_AFTER" +%s 2>/dev/null) && now=$(date +%s); then
      wait=$((at > now ? at - now : 0))
    fi
    ;;
  *) wait=$RETRY_AFTER ;;
  esac
  if [[ -n $wait ]]; then
    if ((${#wait} > 5 || 10#$wait > 60)); then wait=; fi
    return
  fi
  seconds=$(((1 << (ATTEMPT - 1)) * (250 + RANDOM % 500)))
  printf -v wait '%d.%03d' $((seconds / 1000)) $((seconds % 1000))
}
