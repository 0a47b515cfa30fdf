# Arguments that come from files and from the standard input.

# take_path INDEX WORD: R is the path of a binary argument: PATH, @PATH or -.
take_path() {
  R=$2
  case $R in
  -) use_stdin "--${FLAG[$1]}" ;;
  @?*) R=${R#@} ;;
  esac
  [[ $R == - ]] || readable "$R"
}

use_stdin() {
  [[ -z $STDIN_USED ]] || usage "the standard input cannot be both $STDIN_USED and $1"
  STDIN_USED=$1
}

readable() {
  [[ -e $1 ]] || usage "there is no file $1"
  [[ -r $1 && ! -d $1 ]] || usage "$1 cannot be read"
}

# read_text PATH|- FLAG: R is the text, with its last line end.
read_text() {
  R=
  if [[ $1 == - ]]; then
    use_stdin "$2"
    IFS= read -r -d '' R || return 0
  else
    readable "$1"
    IFS= read -r -d '' R <"$1" || return 0
  fi
  usage 'the text holds a NUL byte' 'Only arguments that take a file can hold any bytes.'
}

# json_of_file INDEX: R is the binary argument as the API, or the MCP server, takes it in JSON.
json_of_file() {
  json_of_path "${TYPE[$1]}" "${VALUE[$1]}"
}

# json_of_path TYPE PATH
json_of_path() {
  base64_of "$2"
  if [[ $1 == file64url* ]]; then
    R=${R//+/-} R=${R//\//_} R=${R//=/}
  fi
  R="\"$R\""
}

# base64_of PATH: R. The path keeps what was read from the standard input, which can be read once.
base64_of() {
  if [[ $1 == - && -n ${STDIN_BASE64-} ]]; then
    R=$STDIN_BASE64
    return
  fi
  if command -v base64 >/dev/null; then
    if [[ $1 == - ]]; then R=$(base64); else R=$(base64 <"$1"); fi
    R=${R//[$'\r\n']/}
  elif [[ $1 == - ]]; then
    base64_slowly
  else
    base64_slowly <"$1"
  fi
  [[ $1 != - ]] || STDIN_BASE64=$R
}

# base64_slowly: R is the standard input in base64, where no command does it.
base64_slowly() {
  local alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ byte code count=0 bits=0 out='' chunks=()
  while IFS= read -r -d '' -n 1 byte; do
    printf -v code %d "'$byte"
    # A NUL byte reads as nothing.
    [[ -n $byte ]] || code=0
    bits=$((bits << 8 | code & 255)) count=$((count + 1))
    if ((count == 3)); then
      out+=${alphabet:bits>>18&63:1}${alphabet:bits>>12&63:1}${alphabet:bits>>6&63:1}${alphabet:bits&63:1}
      bits=0 count=0
      ((${#out} < 2000)) || { chunks[${#chunks[@]}]=$out && out=; }
    fi
  done
  case $count in
  1) out+=${alphabet:bits>>2&63:1}${alphabet:bits<<4&63:1}== ;;
  2) out+=${alphabet:bits>>10&63:1}${alphabet:bits>>4&63:1}${alphabet:bits<<2&63:1}= ;;
  esac
  printf -v R %s ${chunks[@]+"${chunks[@]}"} "$out"
}

# print_base64 TEXT: its bytes.
print_base64() {
  command -v base64 >/dev/null || fail 1 internal 'a binary answer by MCP needs the command base64' 'Install coreutils, or use --via direct.'
  base64 -d < <(printf '%s\n' "$1") 2>/dev/null || not_written
}
