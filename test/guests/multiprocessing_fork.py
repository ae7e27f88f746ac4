"""CPython's tests of multiprocessing with 'fork', where this file of the `test` package is left out."""

from test._test_multiprocessing import install_tests_in_module_dict

install_tests_in_module_dict(globals(), "fork")
