"""CPython's tests of multiprocessing with 'fork', for installations that leave this file of the `test` package out."""

from test._test_multiprocessing import install_tests_in_module_dict

install_tests_in_module_dict(globals(), "fork")
