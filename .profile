# Heroku installs requirements.txt but not this project itself: here is the command its Procfile calls.
sfsync() { python -m bot "$@"; }
export -f sfsync
