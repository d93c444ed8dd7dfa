// A library that the program loads when it runs; what was started before has not got it.
extern "C" __attribute__((visibility("default"))) void plugin_function();
extern "C" void plugin_function() {}
