# What the document says about numbers and texts, as far as bash can tell. What it cannot tell is left to the API.

# check INDEX TYPE TEXT: R is TEXT.
check() {
  local option options IFS=$'\x1f' limit size text=$3
  options=(${OPTIONS[$1]})
  IFS=$' \t\n'
  for option in "${options[@]}"; do
    limit=${option#*=}
    case $option in
    min=*) ! less "$text" "$limit" || invalid "$1" "$text" "at least $limit" ;;
    max=*) ! less "$limit" "$text" || invalid "$1" "$text" "at most $limit" ;;
    above=*) less "$limit" "$text" || ! comparable "$text" "$limit" || invalid "$1" "$text" "more than $limit" ;;
    below=*) less "$text" "$limit" || ! comparable "$text" "$limit" || invalid "$1" "$text" "less than $limit" ;;
    multiple=*)
      [[ $text =~ ^-?[0-9]{1,18}$ && $limit =~ ^[0-9]{1,18}$ ]] || continue
      ((text % limit == 0)) || invalid "$1" "$text" "a multiple of $limit"
      ;;
    minlen=*)
      ((${#text} >= limit)) || invalid "$1" "$text" "at least $limit characters long"
      count_characters "$text" "$limit"
      ((R >= limit)) || invalid "$1" "$text" "at least $limit characters long"
      ;;
    maxlen=*)
      ((${#text} > limit)) || continue
      count_characters "$text" "$limit"
      ((R <= limit)) || invalid "$1" "$text" "at most $limit characters long"
      ;;
    pattern=*)
      # Other bytes would count as several characters.
      if [[ $2 != str || $text == *[!$'\x01'-$'\x7f']* ]] || ((${#text} > 1000)); then continue; fi
      [[ $text =~ $limit ]] || invalid "$1" "$text" "text that matches $limit"
      ;;
    esac
  done
  R=$text
}

# count_characters TEXT ENOUGH: R is the number of code points; all strings of the runtime are bytes.
count_characters() {
  local piece bytes
  R=${#1}
  [[ $1 == *[!$'\x01'-$'\x7f']* ]] || return 0
  R=0
  cut "$1"
  for piece in "${PIECES[@]}"; do
    bytes=${piece//[$'\x80'-$'\xbf']/}
    R=$((R + ${#bytes}))
  done
}

readonly DECIMAL='^(-?)0*([0-9]{1,17})([.]([0-9]{1,17}))?$'

comparable() {
  [[ $1 =~ $DECIMAL && $2 =~ $DECIMAL ]]
}

# less NUMBER NUMBER: false, too, where one of them is too long to tell.
less() {
  local sign whole part other_sign other_whole other_part
  [[ $1 =~ $DECIMAL ]] || return 1
  sign=${BASH_REMATCH[1]} whole=${BASH_REMATCH[2]} part=${BASH_REMATCH[4]-}
  [[ $2 =~ $DECIMAL ]] || return 1
  other_sign=${BASH_REMATCH[1]} other_whole=${BASH_REMATCH[2]} other_part=${BASH_REMATCH[4]-}
  part=${part}00000000000000000 other_part=${other_part}00000000000000000
  # A one in front, so that no number is octal.
  part=1${part:0:17} other_part=1${other_part:0:17}
  if ((10#$whole == 0 && part == 100000000000000000)); then sign=; fi
  if ((10#$other_whole == 0 && other_part == 100000000000000000)); then other_sign=; fi
  if [[ $sign != "$other_sign" ]]; then
    [[ $sign == - ]]
  elif [[ $sign == - ]]; then
    ((10#$whole > 10#$other_whole || 10#$whole == 10#$other_whole && part > other_part))
  else
    ((10#$whole < 10#$other_whole || 10#$whole == 10#$other_whole && part < other_part))
  fi
}
