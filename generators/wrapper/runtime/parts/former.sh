# The spellings of the script that the API was imported from.

# former_command WORD…: COMMAND is what these words stood for; USED says how many they are.
former_command() {
  local words=$1 rest
  R=
  while (($#)); do
    case ${FORMER_COMMANDS-} in
    *" $words="*)
      rest=${FORMER_COMMANDS#*" $words="}
      R=${rest%% *}
      rest=${words//[!\/]/}
      USED=$((${#rest} + 1))
      ;;
    esac
    shift
    case ${1-} in '' | *[!A-Za-z0-9_:.-]*) break ;; esac
    words+=/$1
  done
  [[ -n $R ]] || return 1
  COMMAND=$R
}

# respell WORD: R is the word as a flag of today. MORE is what stood behind a letter without a value: `-vn 3` is `-v -n 3`.
respell() {
  local name=${1%%=*} at type
  R=$1 MORE=
  if [[ $FORMER == *" $name="* ]]; then
    former_at "$name"
    if [[ -n ${FORMER_VALUE[at]} && $1 != *=* ]]; then
      R=--${FORMER_FLAG[at]}${FORMER_VALUE[at]}
    else
      R=--${FORMER_FLAG[at]}${1#"$name"}
    fi
  elif [[ $1 == -[!-]?* && $FORMER == *" ${1:0:2}="* ]]; then
    former_at "${1:0:2}"
    index_of "${FORMER_FLAG[at]}"
    type=${TYPE[R]}
    if [[ -n ${FORMER_VALUE[at]} || $type == bool ]]; then
      R=--${FORMER_FLAG[at]}${FORMER_VALUE[at]} MORE=-${1:2}
    else
      R=--${FORMER_FLAG[at]}=${1:2}
    fi
  fi
}

former_at() {
  at=${FORMER#*" $1="}
  at=${at%% *}
}
