# command_names: R is the names of all commands.
command_names() {
  local row word names=''
  read_index
  for row in "${LINES[@]}"; do
    for word in $row; do
      case $word in *=*,*) names+=" ${word%=*}" ;; esac
    done
  done
  R=$names
}

# suggest WORD CANDIDATES: R is the candidate that is most like WORD, or empty. Words in another order count as alike.
suggest() {
  local word=$1 candidate part score best=0 size
  R=
  word=${word//_/-}
  ((${#word} <= 60)) || return 0
  for candidate in $2; do
    [[ $candidate != "$word" ]] || continue
    size=$((${#candidate} > ${#word} ? ${#candidate} : ${#word}))
    score=0
    # The same words, or their beginnings.
    for part in ${word//-/ }; do
      case -$candidate- in
      *"-$part-"*) score=$((score + 3 * ${#part})) ;;
      *"-${part%s}"*) ((${#part} < 3)) || score=$((score + 2 * ${#part})) ;;
      esac
    done
    score=$((score * 30 / size))
    # Close in letters; only where it can be.
    if ((score < 60 && ${#candidate} - ${#word} <= 2 && ${#word} - ${#candidate} <= 2)); then
      distance "$word" "$candidate"
      ((D > 2 || D * 3 > size)) || score=$((100 - D * 60 / size))
    fi
    if ((score > best && score >= 45)); then best=$score R=$candidate; fi
  done
}

# distance WORD WORD: D is how many letters to change, add, drop or swap; 9 as soon as it is more than 2.
distance() {
  local one=$1 other=$2 at
  D=0
  while [[ -n $one && ${one:0:1} == "${other:0:1}" ]]; do one=${one:1} other=${other:1}; done
  while [[ -n $one && -n $other && ${one: -1} == "${other: -1}" ]]; do one=${one%?} other=${other%?}; done
  if ((${#one} > 4 || ${#other} > 4)); then D=9 && return; fi
  local row=() next=() cost width=${#other} column
  for ((column = 0; column <= width; column++)); do row[column]=$column; done
  for ((at = 1; at <= ${#one}; at++)); do
    next[0]=$at
    for ((column = 1; column <= width; column++)); do
      cost=1
      [[ ${one:at-1:1} != "${other:column-1:1}" ]] || cost=0
      cost=$((row[column - 1] + cost))
      ((row[column] + 1 >= cost)) || cost=$((row[column] + 1))
      ((next[column - 1] + 1 >= cost)) || cost=$((next[column - 1] + 1))
      next[column]=$cost
    done
    row=("${next[@]}")
  done
  D=${row[width]}
  # Two neighbours in the wrong order.
  [[ ${#one} != 2 || $one != "${other:1:1}${other:0:1}" ]] || D=1
}
