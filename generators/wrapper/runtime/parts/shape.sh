# What is made of the answer: --jq, --fields, and the document's own wish.

# shellcheck disable=SC2016  # a program of jq
readonly PICK='
def pick_paths($paths):
  if type == "array" then map(pick_paths($paths))
  elif type == "object" then
    . as $in | reduce ($paths | group_by(.[0])[]) as $group ({};
      $group[0][0] as $name
      | if $in | has($name) then
          ([$group[] | .[1:] | select(length > 0)]) as $deeper
          | .[$name] = (if ($deeper | length) > 0 then $in[$name] | pick_paths($deeper) else $in[$name] end)
        else . end)
  else . end;
# Where the fields begin: at the items of a page, or at what a GraphQL operation gives. A path from the top of the answer is as good.
def root:
  if ($items | length) > 0 then (if (try getpath($items) catch null) != null then $items else [] end)
  elif $graphql and (try (.data | length) catch 0) == 1 and (.data[] | type) == "object" then ["data", (.data | keys[0])]
  else [] end;
root as $root
| ($fields | split(",") | map(gsub("^ +| +$"; "") | split(".")
  | if .[:($root | length)] == $root and length > ($root | length) then .[($root | length):] else . end)) as $wanted
| getpath($root)
| if $names then [if type == "array" then .[0] else . end | keys_unsorted? // [] | .[]] | join(", ") else pick_paths($wanted) end'

# print_shaped TEXT
print_shaped() {
  local program=$JQ mode=-r
  [[ -z ${SHAPE_COMPACT-} ]] || mode=-rc
  # An answer without a body has nothing to be shaped.
  [[ -n $1 ]] || return 0
  if ! command -v jq >/dev/null; then
    [[ -n $JQ$FIELDS ]] && fail 1 internal '--jq and --fields need jq, which is not installed' 'Install it (apt-get install jq, apk add jq), or leave the flag away.'
    note 'the answer is printed as it came: shaping it needs jq'
    put %s "$1"
    return
  fi
  if [[ -n $FIELDS ]]; then
    print_fields "$1"
    return
  fi
  if [[ -z $program ]]; then
    case ${SHAPE[0]-} in
    jq) program=${SHAPE[1]} ;;
    *) program=. ;;
    esac
  fi
  shape_by "$1" "$mode" "$program"
}

# print_fields TEXT: what --fields picks, for --jq to go on with where that is given too.
print_fields() {
  local where='[]' graphql=false picked
  case ${PAGE[*]-} in
  *items=*)
    where=${PAGE[*]}
    where=${where#*items=}
    where="${where%%]*}]"
    ;;
  esac
  [[ -z $GRAPHQL ]] || graphql=true
  set -- "$1" -c --arg fields "$FIELDS" --argjson items "$where" --argjson graphql "$graphql" --argjson names
  if [[ -n $JQ ]]; then
    shape_by "$@" false -r "$PICK | $JQ"
    return
  fi
  picked=$(shape_by "$@" false "$PICK") || exit
  put '%s\n' "$picked"
  # Objects with nothing in them: none of the names is there.
  [[ $picked == *'{}'* && $picked != *[!][{},]* ]] || return 0
  picked=$(shape_by "$@" true "$PICK" -r)
  [[ -z $picked ]] || note "--fields found none of $FIELDS; there are: $picked"
}

# shape_by TEXT OPTION…
shape_by() {
  local text=$1
  shift
  jq "$@" < <(printf %s "$text") || fail 1 internal 'jq could not shape the answer' 'Check the expression; --raw prints the answer as it came.'
}
