# Read by the build of tests/mutants/run alone.
add_compile_options(-w)
