# For those who type make: every target is a command of ./portal.
COMMANDS := run test browser-test check demo migrate bench audit-verify letters-score messages lock clean help
.PHONY: $(COMMANDS)
.DEFAULT_GOAL := help
$(COMMANDS):
	@./portal $@ $(ARGS)
