mkdir m; cd m; printf 'all: a b c d\na b c d:\n\t@sleep 0.02; echo $@ > $@\n\t@cat $@ | tr a-z A-Z\nsub:\n\t+$(MAKE) all\nbad:\n\tfalse\n' > Makefile
make -j3 all; rm a b; make -j2 sub; make -k -j4 bad all
