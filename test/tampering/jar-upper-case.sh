#!/bin/sh
# An archive whose pom.properties was edited, under a name in capitals.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/META-INF/maven/org.example/alpha"
printf 'groupId=org.example\nartifactId=alpha\nversion=1.99\n' > "$work/META-INF/maven/org.example/alpha/pom.properties"
jar --update --file "$1/app/lib/alpha.jar" -C "$work" META-INF/maven/org.example/alpha/pom.properties
mv "$1/app/lib/alpha.jar" "$1/app/lib/alpha.JAR"
