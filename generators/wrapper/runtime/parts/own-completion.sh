# `completion`: what bash and zsh source.

own_completion() {
  local name=_complete_${API//-/_}
  case ${2-} in
  bash)
    cat <<TEXT
$name() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  if ((COMP_CWORD == 1)); then
    COMPREPLY=(\$(compgen -W "\$("\${COMP_WORDS[0]}" commands --names) api commands completion help" -- "\$word"))
  elif [[ \$word == -* ]]; then
    COMPREPLY=(\$(compgen -W "\$("\${COMP_WORDS[0]}" commands --flags "\${COMP_WORDS[1]}") --help --dry-run --via --data --timeout --verbose --fields --jq --output --all --raw" -- "\$word"))
  else
    COMPREPLY=(\$(compgen -f -- "\$word"))
  fi
}
complete -o filenames -F $name $API
TEXT
    ;;
  zsh)
    cat <<TEXT
#compdef $API
$name() {
  local -a candidates
  if ((CURRENT == 2)); then
    candidates=(\${(f)"\$(\$words[1] commands --names)"} api commands completion help)
    compadd -a candidates
  elif [[ \$words[CURRENT] == -* ]]; then
    candidates=(\${(f)"\$(\$words[1] commands --flags \$words[2])"} --help --dry-run --via --data --timeout --verbose --fields --jq --output --all --raw)
    compadd -a candidates
  else
    _files
  fi
}
compdef $name $API
TEXT
    ;;
  *) usage 'completion is for bash or zsh' "For example: source <($API completion bash)" ;;
  esac
}
