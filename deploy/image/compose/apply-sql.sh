#!/bin/bash
# Applies the project's SQL when the server's data directory is new: the files of sql/source and sql/view in the order of
# their names, with the values of the environment put in where they have ${NAME}. The image's start script runs this.
(
  set -euo pipefail
  for file in /sql/source/*.sql /sql/view/*.sql; do
    text=$(grep -v '^ *--' "$file")
    while [[ $text =~ \$\{([A-Z_]+)\} ]]; do
      name=${BASH_REMATCH[1]}
      value=${!name:?is needed by "$file"}
      value=${value//\\/\\\\}
      value=${value//\'/\'\'}
      [[ $value != *'${'* ]] || { echo "The value of $name has \${ in it" >&2; exit 1; }
      text=${text//"\${$name}"/"$value"}
    done
    echo "Applying $file"
    MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --protocol=socket -uroot <<<"$text"
  done
) || exit 1
