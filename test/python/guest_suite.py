"""A suite for the runner of the guests: one test of each fate. What differs inside Node asks for `snakebridge`."""

import faulthandler
import os
import signal
import sys
import time
import unittest

INSIDE = "snakebridge" in sys.modules


class Fates(unittest.TestCase):
    def test_a_passes(self) -> None:
        pass

    def test_b_fails_everywhere(self) -> None:
        self.fail("as it should")

    def test_c_fails_inside(self) -> None:
        self.assertFalse(INSIDE)

    @unittest.skip("as it should")
    def test_d_is_skipped(self) -> None:
        pass

    def test_e_crashes_inside(self) -> None:
        faulthandler.disable()
        if INSIDE:
            os.kill(os.getpid(), signal.SIGKILL)

    def test_f_hangs_inside(self) -> None:
        time.sleep(3600 if INSIDE else 0)

    def test_g_needs_the_main_thread(self) -> None:
        signal.signal(signal.SIGUSR2, signal.SIG_DFL)

    def test_h_fails_once_in_a_part(self) -> None:
        for part in range(3):
            with self.subTest(part=part):
                self.assertNotEqual(part, 1)

    def test_i_comes_last(self) -> None:
        pass
