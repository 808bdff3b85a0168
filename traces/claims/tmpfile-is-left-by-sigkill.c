// claim: The file of tmpfile is removed when the program ends normally; one that is killed leaves it behind.
// topic: exit
// origin: man page
// expected: false
// because: it has no name from the start (O_TMPFILE, or unlinked at once), so the kernel frees it with the last descriptor
// source: tmpfile(3), open(2); fs/inode.c iput_final()
//
// as claimed: a file is left when SIGKILL ends the program
// otherwise: nothing is left when SIGKILL ends the program
#include "claim.h"
#include <dirent.h>

static void body(void) {
  FILE *file = tmpfile();
  NEED(file != NULL && fputs("text", file) >= 0 && fflush(file) == 0);
  raise(SIGKILL);
}
static int files_left(void) {
  int count = 0;
  DIR *directory = opendir(P_tmpdir);
  NEED(directory != NULL);
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) count += entry->d_name[0] != '.';
  NEED(closedir(directory) == 0);
  return count;
}
static int more_files(void) {
  int before = files_left();
  NEED(ended(body) == SIGKILL);
  return files_left() - before;
}

static int left(void) { SEEN_IF(more_files() > 0); }
static int nothing_left(void) { SEEN_IF(more_files() == 0); }

HISTORIES(left, nothing_left)
