# --- Declarations: what the block of a command is made of. ---

# op GROUP METHOD TOOL
op() { GROUP=$1 METHOD=$2 TOOL=$3; }

# path LITERAL [PARAMETER LITERAL]…: the path below the server's URL.
path() { ROUTE=("$@"); }

# arg FLAG PLACE NAME TYPE MODE [OPTION…]: an argument and, unless PLACE is -, the one place that it fills.
#   PLACE   path, query, header, cookie or body; a style other than the place's own behind a colon, with * for explode and + for reserved characters
#   NAME    what it is called there; in a body the members on the way, joined by /
#   TYPE    str, int, num, bool, json, any, text (a string, or JSON if it looks like an object or array), file, file64; with [] when it is repeated
#   MODE    r required, n may be null, h hidden, a digit: its position without the flag
#   OPTION  key=, env=, default=, min=, max=, …: see the part `check`
arg() {
  FLAGS+="$1=$ARGC "
  FLAG[ARGC]=$1 TYPE[ARGC]=$4 MODE[ARGC]=$5 WIRE[ARGC]=${3##*/} STATE[ARGC]='' OPTIONS[ARGC]=
  [[ $2 == - ]] || bind "$2" "$3" arg "$ARGC"
  if (($# > 5)); then
    shift 5
    local IFS=$'\x1f'
    OPTIONS[ARGC]=$'\x1f'"$*"$'\x1f'
  fi
  case ${MODE[ARGC]} in *[0-9]*) POSITIONS[${MODE[ARGC]//[!0-9]/}]=$ARGC ;; esac
  ARGC=$((ARGC + 1))
}

# was SPELLING FLAG [VALUE]: how a script called a flag before. With VALUE it takes no word of its own.
was() {
  FORMER+="$1=${#FORMER_FLAG[@]} "
  FORMER_VALUE[${#FORMER_FLAG[@]}]=${3+=$3} FORMER_FLAG[${#FORMER_FLAG[@]}]=$2
}

# enum VALUE…: the values of the argument above.
enum() {
  local IFS=$'\x1f'
  ENUM[ARGC - 1]=$'\x1f'"$*"$'\x1f'
}

# variant MEDIA-INDEX TYPE MODE [OPTION…] [value=VALUE…]: what the argument above takes where its body has this media type.
variant() {
  local IFS=$'\x1f' media=$1
  shift
  VARIANTS[${#VARIANTS[@]}]="$media $((ARGC - 1))"$'\x1f'"$*"
}

# bind PLACE NAME KIND VALUE…: one more thing that fills a place. KIND: arg (index), value (constant JSON), string (constant text),
# spread (index; its members), template (type, then literals and holes in turn).
bind() {
  PLACE[BINDC]=${1%%:*} STYLE[BINDC]='' NAME[BINDC]=$2 KIND[BINDC]=$3 SOURCE[BINDC]=$4
  case $1 in *:*) STYLE[BINDC]=${1#*:} ;; esac
  if (($# > 4)); then
    shift 3
    local IFS=$'\x1f'
    SOURCE[BINDC]="$*"
  fi
  BINDC=$((BINDC + 1))
}

value() { bind "$1" "$2" value "$3"; }
string() { bind "$1" "$2" string "$3"; }

# from PLACE NAME FLAG, spread PLACE NAME FLAG: an argument that was declared above fills this place too, or its members do.
from() {
  index_of "$3"
  bind "$1" "$2" arg "$R"
}
spread() {
  index_of "$3"
  bind "$1" "$2" spread "$R"
}

# template PLACE NAME TYPE LITERAL [HOLE LITERAL]…: text with arguments in it; a hole is a flag, or flag~group~regex.
template() {
  local place=$1 name=$2
  shift 2
  bind "$place" "$name" template "$@"
}

# key_of INDEX: R is the name of the argument in the tool's arguments.
key_of() {
  R=${OPTIONS[$1]#*$'\x1f'key=}
  if [[ $R == "${OPTIONS[$1]}" ]]; then R=${WIRE[$1]:-body}; else R=${R%%$'\x1f'*}; fi
}

# index_of FLAG: R is the number of the argument.
index_of() {
  R=${FLAGS%%" $1="*}
  R=${FLAGS:${#R}+${#1}+2:6}
  R=${R%% *}
}

# body KIND CONTENT-TYPE [required]: how the body is written; several of them: the first, or what the argument of `choose` says.
body() {
  BODIES[${#BODIES[@]}]=$1
  TYPES[${#TYPES[@]}]=$2
  [[ ${3-} != required ]] || BODY_REQUIRED=1
}

# Details of such a body, see the part `bodies`.
field() { DETAILS[${#DETAILS[@]}]="$((${#BODIES[@]} - 1)) $1"$'\x1f'"$2"; }
piece() {
  local IFS=$'\x1f'
  DETAILS[${#DETAILS[@]}]="$((${#BODIES[@]} - 1)) $*"
}
element() { piece "$@"; }
inner() {
  local owner=$1
  shift
  piece "~5$owner" "$@"
}

# optional FLAGS REQUIRED-FLAGS: a body that may be left out; which arguments are its own, and without which it cannot be.
optional() { OPTIONAL=$1 REQUIRED=$2; }

server() { SERVER=("$@"); }
auth() { AUTH=("$@"); }
accept() { ACCEPT=$1; }
answer() { ANSWER=$1; }
retry() { RETRY=$1; }
choose() { CHOOSER=$1; }
graphql() { GRAPHQL=$1; }
page() { PAGE=("$@"); }
shape() { SHAPE=("$@"); }
hidden() { :; }
deprecated() { :; }

FORMER=' ' FORMER_FLAG=() FORMER_VALUE=()
ARGC=0 BINDC=0 FLAGS=' ' BODY_REQUIRED='' ACCEPT=application/json ANSWER=json RETRY='' CHOOSER='' GRAPHQL='' COMMAND='' OPTIONAL='' REQUIRED=
ROUTE=() FLAG=() TYPE=() MODE=() WIRE=() STATE=() OPTIONS=() ENUM=() POSITIONS=() VALUE=() REPEAT=() REPEATED=()
PLACE=() STYLE=() NAME=() KIND=() SOURCE=() BODIES=() TYPES=() PAGE=() SHAPE=() DETAILS=() VARIANTS=() MEMBERS=() MEMBER_PATHS=() MEMBER_VALUES=()
