// claim: closing a descriptor wakes another thread that is blocked in a read of it.
// topic: descriptors and files
// origin: folklore
// expected: false
// because: the read holds the open file description, goes on to wait, and gets what comes later
// source: close(2) under Multithreaded processes; fs/file.c fdget()
//
// as claimed: the read ends when the descriptor is closed
// otherwise: the read goes on and returns what is written after the close
#include "claim.h"
#include <pthread.h>

static int ends[2];
static _Atomic long result = -100;
static _Atomic int tid;
static void *reader(void *unused) {
  char byte;
  (void)unused;
  tid = gettid();
  result = read(ends[0], &byte, 1);
  return NULL;
}
static int is_asleep(void) {
  char path[64], text[512] = "";
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return 0;
  NEED(read(fd, text, sizeof text - 1) > 0 && close(fd) == 0);
  return strrchr(text, ')')[2] == 'S';
}
static int outlasts_close(void) {
  pthread_t thread;
  NEED(pipe(ends) == 0 && pthread_create(&thread, NULL, reader, NULL) == 0);
  while (tid == 0 || !is_asleep()) usleep(1000);
  NEED(close(ends[0]) == 0);
  for (int i = 0; i < 50 && result == -100; i++) usleep(1000);
  if (result != -100) return 0;
  NEED(write(ends[1], "x", 1) == 1 && pthread_join(thread, NULL) == 0);
  return result == 1;
}

static int wakes(void) { SEEN_IF(!outlasts_close()); }
static int goes_on(void) { SEEN_IF(outlasts_close()); }

HISTORIES(wakes, goes_on)
