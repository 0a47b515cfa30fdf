# server_variables: BASE is the address with its variables, from the environment or as documented.
server_variables() {
  local at=1 name
  BASE=${SERVER[0]}
  while ((at < ${#SERVER[@]})); do
    name=${SERVER[at]}
    R=${!name-}
    [[ $R != *[!A-Za-z0-9._~:/-]* ]] || usage "$name holds characters that do not belong into an address"
    BASE+=${R:-${SERVER[at + 1]}}${SERVER[at + 2]-}
    at=$((at + 3))
  done
}
