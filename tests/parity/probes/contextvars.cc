// Calls every name of Python's contextvars with Python's signature.
#include <skein/contextvars.h>

#include <memory>
#include <optional>
#include <string>

#include "probe.h"

namespace contextvars = skein::contextvars;

// probe: contextvars.ContextVar
void context_var() {
  contextvars::ContextVar<int> bare("bare");
  contextvars::ContextVar<std::string> with_default("with_default", {.default_value = "text"});
  contextvars::ContextVar<std::unique_ptr<int>> move_only("move_only");
}

// probe: contextvars.ContextVar.get
void context_var_get(contextvars::ContextVar<std::string>& var) {
  returns<std::string>(var.get());
  returns<std::string>(var.get("default"));
}

// probe: contextvars.ContextVar.set
void context_var_set(contextvars::ContextVar<int>& var) { returns<contextvars::Token<int>>(var.set(1)); }

// probe: contextvars.ContextVar.reset
void context_var_reset(contextvars::ContextVar<int>& var, contextvars::Token<int>& token) { var.reset(token); }

// probe: contextvars.ContextVar.name
void context_var_name(contextvars::ContextVar<int>& var) { returns<std::string>(var.name()); }

// probe: contextvars.Context
void context(contextvars::ContextVar<int>& var) {
  contextvars::Context context;
  returns<contextvars::Context>(context.copy());
  returns<int>(context[var]);
  returns<std::optional<int>>(context.get(var));
  returns<int>(context.get(var, 1));
  returns<bool>(context.contains(var));
  returns<std::size_t>(context.size());
  for (const contextvars::AnyContextVar& each : context) returns<std::string>(each.name());
}

// probe: contextvars.Context.run
void context_run(contextvars::Context& context) {
  context.run([] {});
  returns<int>(context.run([](int a, int b) { return a + b; }, 1, 2));
}

// probe: contextvars.copy_context
void copy_context() { returns<contextvars::Context>(contextvars::copy_context()); }
