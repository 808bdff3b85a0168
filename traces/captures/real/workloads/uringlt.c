#include "lt.h"
#include <linux/io_uring.h>
static void tst(void) {
  struct io_uring_params p = {0};
  int r = SYS(io_uring_setup, 8, &p);
  if (r < 0) {
    p.flags = 0;
    dup(0);
    return;
  }
  char *sq = mmap(0, p.sq_off.array + p.sq_entries * 4, 3, MAP_SHARED | MAP_POPULATE, r, 0);
  char *cq = mmap(0, p.cq_off.cqes + p.cq_entries * 16, 3, MAP_SHARED | MAP_POPULATE, r, 0x8000000);
  struct io_uring_sqe *q = mmap(0, p.sq_entries * 64, 3, MAP_SHARED | MAP_POPULATE, r, 0x10000000);
  unsigned *tail = (void *)(sq + p.sq_off.tail), *arr = (void *)(sq + p.sq_off.array),
           mask = *(unsigned *)(sq + p.sq_off.ring_mask);
  unsigned *ch = (void *)(cq + p.cq_off.head);
#define SUB(...)                                                                                                       \
  do {                                                                                                                 \
    unsigned i = *tail & mask;                                                                                         \
    q[i] = (struct io_uring_sqe){__VA_ARGS__};                                                                         \
    arr[i] = i;                                                                                                        \
    __sync_synchronize();                                                                                              \
    ++*tail;                                                                                                           \
    T(SYS(io_uring_enter, r, 1, 1, IORING_ENTER_GETEVENTS, 0, 0));                                                     \
    ++*ch;                                                                                                             \
  } while (0)
  static char b[64];
  SUB(.opcode = IORING_OP_NOP);
  SUB(.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (uint64_t) "u", .open_flags = O_CREAT | O_RDWR, .len = 0600);
  int n = dup(0);
  dup(0);
  close(n);
  SUB(.opcode = IORING_OP_CLOSE, .fd = n - 1);
  int m = dup(0);
  SUB(.opcode = IORING_OP_SOCKET, .fd = AF_INET, .off = SOCK_STREAM);
  dup(0);
  int pp[2];
  pipe(pp);
  SUB(.opcode = IORING_OP_WRITE, .fd = pp[1], .addr = (uint64_t) "hey", .len = 3);
  read(pp[0], b, 9);
  SUB(.opcode = IORING_OP_WRITE, .fd = pp[1], .addr = (uint64_t) "hey", .len = 3);
  SUB(.opcode = IORING_OP_READ, .fd = pp[0], .addr = (uint64_t)b, .len = 2);
  read(pp[0], b, 9);
  pid_t c = CH(ms(5); write(pp[1], "late", 4));
  SUB(.opcode = IORING_OP_READ, .fd = pp[0], .addr = (uint64_t)b, .len = 9);
  W(c);
  c = CH(close(pp[0]); dup(0); SYS(io_uring_enter, r, 0, 0, 0, 0, 0); SYS(io_uring_register, r, 99, 0, 0));
  W(c);
  SYS(io_uring_register, r, IORING_REGISTER_FILES, pp, 2);
  close(pp[0]);
  close(pp[1]);
  SYS(io_uring_register, r, IORING_UNREGISTER_FILES, 0, 0);
  E(SYS(io_uring_setup, 0, &p));
  E(SYS(io_uring_enter, 0, 1, 0, 0, 0, 0));
  close(r);
  dup(0);
  SYS(io_setup, 4, (void *)8);
  unsigned long ctx = 0;
  SYS(io_setup, 4, &ctx);
  SYS(io_getevents, ctx, 0, 1, b, &(struct timespec){0, 0});
  SYS(io_destroy, ctx);
}
