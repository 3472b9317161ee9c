# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of sgdmft report in a browser: what they show is what the program says, and the pointer and the keys do what
they should. SGDMFT is the program; the working folder is the test's own. Exits with 77 where there is no browser."""
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import unittest

from browser import Browser, program

SGDMFT = os.environ["SGDMFT"]
RUN = "--data random --loss hinge2 --kappa 1 --paths 64 --groups 4 --dim 40 --runs 4 --progress none --quiet".split()
CLIPBOARD = "copied = ''; navigator.clipboard.writeText = async (text) => { copied = text; };"
CELLS = "[...document.querySelectorAll('details[open] tbody tr')].map(r => [...r.cells].map(c => c.textContent))"


def sgdmft(*words):
    done = subprocess.run([SGDMFT, *words], capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def document(path):
    """The data of a page."""
    with open(path) as file:
        text = file.read()
    return json.loads(text.split('id="data">')[1].split("</script>")[0])


def make_results():
    if os.path.exists("rs.h5"):
        return
    sgdmft("replicas", *RUN, "--steps", "30", "--out", "rt.h5")
    sgdmft("replicas", *RUN, "--steps", "30", "--by", "simulate", "--out", "rs.h5")
    sgdmft("report", "rt.h5", "rs.h5", "--out", "pair.html")


def make_sweep():
    if os.path.exists("sweep.html"):
        return
    vary = ["--vary", "batch=0.2,0.5,0.8", "--vary", "rate=0.1,0.2,30"]
    subprocess.run(
        [SGDMFT, "sweep", *RUN, "--steps", "30", *vary, "--what", "replicas", "--by", "both", "--out", "sw"],
        capture_output=True,
    )
    sgdmft("report", "sw", "--out", "sweep.html")


def make_square(size):
    """A sweep of size x size points, all of them copies of one."""
    make_results()
    os.makedirs("square")
    shutil.copy("sw/config.ini", "square/config.ini")
    points = []
    for i in range(size * size):
        name = "%016x" % i
        files = [name + "-theory.h5", name + "-simulation.h5"]
        for own, known in zip(files, ("rt.h5", "rs.h5")):
            os.symlink(os.path.abspath(known), "square/" + own)
        points.append(
            {
                "values": {"batch": 0.05 * (i // size + 1), "rate": 0.01 * (i % size + 1)},
                "hash": name,
                "file": files,
                "status": "complete",
                "reason": None,
            }
        )
    manifest = {"format_version": 1, "what": "replicas", "by": "both", "vary": ["batch", "rate"], "points": points}
    with open("square/manifest.json", "w") as file:
        json.dump(manifest, file)
    sgdmft("report", "square", "--out", "square.html")


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_results()
        make_sweep()
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def tearDown(self):
        self.assertEqual(self.browser.complaints, [])


class Pages(Case):
    def test_nothing_is_asked_for_and_nothing_goes_wrong(self):
        for page in ("pair.html", "sweep.html"):
            for width, dark in ((1200, False), (380, True)):
                self.assertGreater(self.browser.open(page, width=width, dark=dark), 0)
                self.assertGreater(self.browser.run("document.querySelectorAll('svg path').length"), 15)
                self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), width)
                self.assertEqual(
                    self.browser.run("page.innerHTML.includes('>NaN') || page.innerHTML.includes('undefined')"),
                    False,
                )
            with open(page) as text:
                self.assertNotIn("http:", text.read().replace("http://www.w3.org/2000/svg", ""))

    def test_dark_and_light_differ(self):
        paper = "getComputedStyle(document.body).backgroundColor"
        self.browser.open("pair.html", dark=True)
        dark = self.browser.run(paper)
        self.browser.open("pair.html")
        self.assertNotEqual(self.browser.run(paper), dark)
        self.browser.print("pair.pdf")
        self.assertGreater(os.path.getsize("pair.pdf"), 10000)

    def test_texts_are_no_tags(self):
        name = "a<\\/script><b>&amp;\"'.h5".replace("\\/", "")
        shutil.copy("rt.h5", name)
        title = "</script><script>broken = 1</script><!--"
        sgdmft("report", name, "rs.h5", "--title", title, "--out", "odd.html")
        self.browser.open("odd.html")
        self.assertEqual(self.browser.run("document.title"), title)
        self.assertEqual(self.browser.run("document.querySelector('h1').textContent"), title)
        self.assertEqual(self.browser.run("typeof broken"), "undefined")
        self.assertIn(name, self.browser.run("document.querySelector('details table').textContent"))

    def test_a_theory_is_a_line_and_a_simulation_points(self):
        self.browser.open("pair.html")
        first = "document.querySelector('.figures figure svg[role=img] .plot')"
        steps = 31
        every = steps // 25 + 1
        self.assertEqual(self.browser.run(first + ".querySelectorAll('circle').length"), -(-steps // every))
        self.assertGreaterEqual(self.browser.run(first + ".querySelectorAll('path').length"), 1 + steps // every)

    def test_twenty_by_twenty_is_light(self):
        make_square(20)
        self.assertLess(os.path.getsize("square.html"), 3000000)
        self.assertGreater(self.browser.open("square.html"), 0)
        self.assertEqual(self.browser.run("document.querySelectorAll('.cell').length"), 400)
        self.browser.pointer('.cell[data-row="210"]', click=True)
        self.assertGreater(self.browser.run("document.querySelectorAll('.figures figure').length"), 5)


class Tables(Case):
    def rows(self):
        return self.browser.run(CELLS)

    def test_a_click_sorts(self):
        self.browser.open("sweep.html")
        for down, order in ((False, "ascending"), (True, "descending")):
            self.browser.pointer("details[open] th:nth-child(2) button", click=True)
            self.assertEqual(self.browser.run("document.querySelector('th:nth-child(2)').ariaSort"), order)
            rates = [float(row[1]) for row in self.rows()]
            self.assertEqual(rates, sorted(rates, reverse=down))
            self.assertEqual(len(set(rates)), 3)
        self.assertEqual(self.browser.run("document.querySelectorAll('th[aria-sort]').length"), 1)

    def test_what_is_missing_comes_last(self):
        self.browser.open("pair.html")  # only simulations have a smallest margin
        column = self.browser.run(
            "[...document.querySelectorAll('details[open] th')].findIndex(h => h.textContent === 'raw_smallest')"
        )
        for _ in range(2):
            self.browser.pointer("details[open] th:nth-child(%d) button" % (column + 1), click=True)
            cells = [row[column] for row in self.rows()[:2]]
            self.assertNotEqual(cells[0], "\u2013")
            self.assertEqual(cells[1], "\u2013")

    def test_keys_sort(self):
        self.browser.open("sweep.html")
        self.browser.run("document.querySelector('details[open] th:nth-child(2) button').focus()")
        self.browser.key("Enter", "\r")
        rates = [float(row[1]) for row in self.rows()]
        self.assertEqual(rates, sorted(rates))

    def copied(self, form):
        self.browser.run(CLIPBOARD)
        self.browser.run(
            "[...document.querySelectorAll('details[open] .tools button')].find(b => b.textContent === '%s')"
            ".click()" % form
        )
        return self.browser.run("copied")

    def test_copies_are_tables_of_the_program(self):
        self.browser.open("sweep.html")
        own = list(csv.DictReader(io.StringIO(self.copied("csv"))))
        known = list(csv.DictReader(io.StringIO(sgdmft("table", "sw", "--format", "csv"))))
        self.assertEqual(len(own), 9)
        numbers = 0
        for mine, other in zip(own, known):
            for name in set(mine) & set(other):
                if name == "status":
                    self.assertEqual(mine[name], other[name])
                elif other[name] != "nan":
                    self.assertEqual(float(mine[name]), float(other[name]), name)
                    numbers += 1
        self.assertGreater(numbers, 60)
        words = ["batch", "rate", "status", "step", "distance_theory"]
        table = sgdmft("table", "sw", "--format", "markdown", "--columns", ",".join(words)).splitlines()
        for mine, other in zip(self.copied("markdown").splitlines()[2:], table[2:]):
            self.assertEqual(mine.split("|")[1:5], other.split("|")[1:5])
        table = sgdmft("table", "sw", "--format", "latex", "--columns", ",".join(words))
        self.assertEqual(table.count("\\\\\n"), 10)
        lines = [line for line in self.copied("LaTeX").splitlines() if line.endswith("\\\\")]
        for mine, other in zip(lines[1:], [line for line in table.splitlines() if line.endswith("\\\\")][1:]):
            self.assertEqual(mine.split(" & ")[:3], other.split(" & ")[:3])

    def test_closed_tables_open(self):
        self.browser.open("pair.html")
        self.browser.run(
            "[...document.querySelectorAll('summary')].find(s => s.textContent.startsWith('Series')).click()"
        )
        self.browser.run("new Promise(done => setTimeout(done, 50))")
        self.assertEqual(
            len(self.browser.run("[...document.querySelectorAll('details[open]')].pop().innerText" ".split('\\n')"))
            > 31,
            True,
        )


class Diagrams(Case):
    def place(self, row):
        with open("sw/manifest.json") as file:
            return json.load(file)["points"][row]

    def test_pointing_shows_values_and_errors(self):
        self.browser.open("sweep.html")
        self.browser.pointer('.cell[data-row="4"]')
        shown = self.browser.run("document.querySelector('.readout').innerText")
        row = self.browser.run(CELLS)[4]
        self.assertIn("(", row[4])
        for cell in row[:6]:
            self.assertIn(cell, shown)
        self.assertEqual(self.browser.run("document.querySelectorAll('.chosen').length"), 0)

    def test_greys_have_a_key(self):
        self.browser.open("sweep.html")
        self.assertEqual(
            self.browser.run("document.querySelector('.diagram .legend').textContent"), "diverges (diverged)"
        )

    def test_one_parameter_has_both_sides_on_one_axis(self):
        vary = ["--vary", "rate=0.1,0.2,30"]
        subprocess.run(
            [SGDMFT, "sweep", *RUN, "--steps", "30", *vary, "--what", "replicas", "--by", "both", "--out", "line"],
            capture_output=True,
        )
        sgdmft("report", "line", "--out", "line.html")
        self.browser.open("line.html")
        labels = self.browser.run("[...document.querySelectorAll('.diagram svg .label')].map(t => t.textContent)")
        self.assertEqual(labels, ["learning rate η", "distance of replicas |w1 − w2|2/N"])
        keys = self.browser.run("[...document.querySelectorAll('.diagram .legend li')].map(t => t.textContent)")
        self.assertEqual(keys, ["theory", "simulation", "diverges (diverged)"])
        self.assertEqual(
            self.browser.run("[...document.querySelectorAll('dt')].map(t => t.textContent).includes('status')"), True
        )

    def test_a_click_shows_the_series(self):
        self.browser.open("sweep.html")
        self.browser.pointer('.cell[data-row="1"]', click=True)
        values = self.place(1)["values"]
        head = self.browser.run("[...document.querySelectorAll('h3')].map(h => h.textContent).join()")
        self.assertIn("Series at batch = %g, rate = %g" % (values["batch"], values["rate"]), head)
        self.assertGreater(self.browser.run("document.querySelectorAll('.figures figure').length"), 5)

    def test_packed_series_are_those_of_the_result(self):
        self.browser.open("sweep.html")
        data = document("sweep.html")["sections"][0]["diagram"]
        names = [series["name"] for series in data["series"]]
        for side in range(2):
            rows = self.browser.run(
                "unpack(new Diagram(JSON.parse(document.getElementById('data').textContent)"
                ".sections[0]).data.cells[1][%d], %d)" % (side, len(names))
            )
            known = list(csv.DictReader(io.StringIO(sgdmft("table", "sw/" + self.place(1)["file"][side]))))
            self.assertEqual(len(rows), len(known))
            for mine, other in zip(rows, known):
                self.assertAlmostEqual(mine["time"], float(other["time"]), delta=2**-16 * float(other["time"]))
                for name, (value, se) in zip(names, mine["values"]):
                    if name + "_se" in other:
                        true, error = float(other[name]), float(other[name + "_se"])
                        self.assertLessEqual(abs(value - true), 2**-16 * abs(true), name)
                        self.assertLessEqual(abs(se - error), 2**-8 * error, name)

    def test_keys_reach_every_cell(self):
        self.browser.open("sweep.html")
        self.assertEqual(self.browser.run("document.querySelectorAll('.cell[tabindex=\"0\"]').length"), 1)
        for _ in range(12):
            self.browser.key("Tab")
            if self.browser.run("document.activeElement.classList.contains('cell')"):
                break
        row = "document.activeElement.dataset.row"
        self.assertEqual(self.browser.run(row), "0")
        self.browser.key("ArrowRight")
        self.assertEqual(self.browser.run(row), "3")
        self.browser.key("ArrowUp")
        self.assertEqual(self.browser.run(row), "4")
        self.assertIn("0.5", self.browser.run("document.querySelector('.readout').innerText"))
        self.browser.key("Enter", "\r")
        self.assertEqual(self.browser.run("document.querySelector('.chosen').dataset.row"), "4")

    def test_lines_of_equal_value_are_those_of_maps(self):
        vary = ["--vary", "batch=0.2:1:0.2", "--vary", "rate=0.05:0.3:0.05"]
        sgdmft("sweep", *RUN, "--steps", "30", *vary, "--what", "solve", "--out", "lines")
        sgdmft("report", "lines", "--out", "lines.html")
        sgdmft("plot", "lines", "--kind", "map", "--observable", "train_loss", "--out", "lines.png", "--script")
        with open("lines.dat") as file:
            block = file.read().split("x y value of lines of equal value\n")[1].split("\n\n\n")[0]
        known = {tuple("%.4g" % float(x) for x in line.split()) for line in block.split("\n") if line}
        value = next(
            value
            for value in document("lines.html")["sections"][0]["diagram"]["values"]
            if value["name"] == "train_loss"
        )
        rows = [tuple(line.split()) for line in value["lines"].split("\n") if line]
        self.assertGreater(len(rows), 5)
        self.assertLessEqual(set(rows), known)
        self.browser.open("lines.html")
        self.browser.run(
            "s = document.querySelector('select'); s.selectedIndex = [...s.options].findIndex(o => o.text === "
            "'training loss'); s.dispatchEvent(new Event('change'))"
        )
        path = self.browser.run("document.querySelector('.contours path').getAttribute('d')")
        boxes = [
            self.browser.run(
                "(b => [+b.getAttribute('x') + b.getAttribute('width') / 2, +b.getAttribute('y') + "
                "b.getAttribute('height') / 2])(document.querySelector('.cell[data-row=\"%d\"]'))" % row
            )
            for row in (0, 29)
        ]
        points = [[float(x) for x in point.split()] for point in path.replace("L", "M").split("M")[1:]]
        self.assertEqual(len(points), len(rows))
        for point, row in zip(points, rows):
            for i, (low, high) in enumerate(((0.2, 1), (0.05, 0.3))):
                share = (float(row[i]) - low) / (high - low)
                self.assertAlmostEqual(point[i], boxes[0][i] + share * (boxes[1][i] - boxes[0][i]), delta=0.1)
        texts = self.browser.run("[...document.querySelectorAll('.contours text')].map(t => t.textContent)")
        self.assertEqual(
            [float(text) for text in texts], [float(x.split()[2]) for x in value["labels"].split("\n")[:-1]]
        )
        under = "(b => document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2).getAttribute('class'))"
        self.assertEqual(
            self.browser.run(under + "(document.querySelector('.contours text').getBoundingClientRect())"), "cell"
        )

    def test_another_value_is_chosen(self):
        self.browser.open("sweep.html")
        before = self.browser.run("[...document.querySelectorAll('.cell')].map(c => c.getAttribute('fill')).join()")
        self.browser.run(
            "s = document.querySelector('select'); s.selectedIndex = 1;" " s.dispatchEvent(new Event('change'))"
        )
        after = self.browser.run("[...document.querySelectorAll('.cell')].map(c => c.getAttribute('fill')).join()")
        self.assertNotEqual(before, after)
        self.assertEqual(after.count("#555555"), 3)  # the rate 30 diverges


if __name__ == "__main__":
    if not program():
        sys.exit(77)
    unittest.main()
