#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report is one HTML page that needs nothing else: well formed, nothing fetched, nothing run, its numbers the database's, and no text of
a scenario or of a failed run becomes markup. ROAM: the program (default build/roam)."""
import base64, html.parser, os, re, resource, sqlite3, sys, xml.etree.ElementTree

sys.dont_write_bytecode = True
from study_lab import *

class Page(html.parser.HTMLParser):
    """Elements opened and closed in order, their attributes, the cells of tables and the text that is seen."""
    def __init__(self, text):
        super().__init__()
        self.open, self.bad, self.attributes, self.rows, self.seen, self.elements = [], [], [], [], '', []
        self.feed(text)
        self.close()
    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += [(tag, k, v) for k, v in attributes]
        if tag not in ('meta', 'img', 'br'):
            self.open.append(tag)
        if tag == 'tr':
            self.rows.append([])
        if tag in ('td', 'th'):
            self.rows[-1].append('')
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)
    def handle_data(self, data):
        if self.open and self.open[-1] in ('td', 'th'):
            self.rows[-1][-1] += data
        if self.open and self.open[-1] != 'style':
            self.seen += data

def check_page(name, text):
    page = Page(text)
    check(f'{name}: well formed', not page.bad and not page.open and text.startswith('<!doctype html>'), (page.bad, page.open))
    outside = [a for a in page.attributes if a[1] in ('src', 'href') and not a[2].startswith('data:')]
    check(f'{name}: nothing is fetched and nothing run', not outside and not {'script', 'link', 'iframe', 'object'} & set(page.elements)
          and not any(k.startswith('on') for _, k, _ in page.attributes) and 'url(' not in text and '@import' not in text, outside)
    return page

open('s.yaml', 'w').write('# What this is about: a <b>bold</b> & "quoted" line.\n# Figures: latency-bars, loss-bars.\n' +
                          SCENARIO.replace('title: a study to be interrupted', 'title: "<script>alert(1)</script> & <img src=x onerror=y>"')
                          .replace('replications: 12', 'replications: 5'))
call('study', 'run', 's.yaml', '-o', 's.db')
# One that failed, with words of its own.
db = sqlite3.connect('s.db')
db.execute("update sim_run set status = 'failed', error = 'ended with exit code 1: <h1>\"&amp;</h1>' where point = 1 and replication = 4")
db.commit()
p = call('report', 's.db', '-o', 'r.html')
check('a report is made', p.returncode == 0 and p.stdout == '', p.stderr)
text = open('r.html').read()
page = check_page('report', text)
check('report: hostile texts are texts', page.elements.count('h1') == 1 and '<script>alert(1)</script> & <img src=x onerror=y>' in page.seen
      and 'exit code 1: <h1>"&amp;</h1>' in ' '.join(sum(page.rows, [])), page.seen[:500])
check('report: what its author says', 'What this is about: a <b>bold</b> & "quoted" line.' in page.seen)
images = [base64.b64decode(v.split(',')[1]) for t, k, v in page.attributes if (t, k) == ('img', 'src')]
check('report: the figures that the scenario names, and no other', len(images) == 2 and
      [v for t, k, v in page.attributes if (t, k) == ('figure', 'id')] == ['latency-bars', 'loss-bars'])
check('report: each is an SVG, described', all(xml.etree.ElementTree.fromstring(i).tag.endswith('}svg') for i in images)
      and all(v for t, k, v in page.attributes if (t, k) == ('img', 'alt')))
check('report: runs and failures', '19 runs' in page.seen and '1 failed' in page.seen and 'missing' not in page.seen, page.seen[:300])
points = [r for r in page.rows if len(r) > 5 and re.fullmatch(r'\d', r[0])]
wanted = db.execute("select u.point, avg(recv_mean_s) * 1e3, count(*) from run_summary s join sim_run u using(run_id) group by 1").fetchall()
check('report: a row for each point', len(points) == len(wanted) == 4, points)
for row, (point, mean, n) in zip(points, wanted):
    value, half = (float(v) for v in row[6].split(' ± '))
    values = [v * 1e3 for v, in db.execute('select recv_mean_s from run_summary where point = ?', (point,))]
    deviation = (sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** .5
    check(f'report: point {point}: mean and interval are the database\'s', abs(value - mean) < .06 * half and abs(half - 2.7764 * deviation / 5 ** .5) < .06 * half
          and row[3:5] == (['4', '1'] if point == 1 else ['5', '0']), (row, mean, deviation))
check('report: closed forms', 'closed form' in page.seen)
check('report: the scenario as it was', 'protocol.scheme: [standard, ebu]' in page.seen)
again = call('report', 's.db')
check('report: the same again, on stdout', again.stdout == text and again.returncode == 0)
p = call('report', 's.db', '--figure', 'latency-cdf')
check('report: a figure asked for', check_page('latency-cdf', p.stdout).attributes.count(('figure', 'id', 'latency-cdf')) == 1 and p.stdout.count('<figure') == 1)
for args, code, word in ((('s.db', '--figure', 'latency-bar'), 2, "did you mean 'latency-bars'"), (('s.db', '--figure', 'credit-tcp'), 1, 'no finished run'),
                         (('no.db',), 1, 'no such file'), ((), 2, 'one result database'), (('s.yaml',), 1, 's.yaml'), (('s.db', '-o', 'no/r.html'), 1, 'no/r.html')):
    p = call('report', *args)
    check(f'report {" ".join(args)}: exit {code}', p.returncode == code and word in p.stderr and p.stdout == '', p.stderr)
os.symlink('/dev/full', 'full')
with open('full', 'w') as full:
    p = subprocess.run([roam, 'report', 's.db'], stdout=full, stderr=subprocess.PIPE, text=True)
check('report: what cannot be written is said', p.returncode == 1 and 'No space left' in p.stderr, p.stderr)
# A database with single runs alone, without a plan, and one with nothing.
call('run', 's.yaml', '-o', 'one.db')
check_page('a single run', call('report', 'one.db').stdout)
# Whose head names no figure: all are tried, and some have data here that they were not made for.
scenario = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../scenarios/study/hsieh.yaml')).read()
open('headless.yaml', 'w').write(''.join(line + '\n' for line in scenario.splitlines() if not line.startswith('#')))
call('study', 'run', 'headless.yaml', '-o', 'headless.db')
p = call('report', 'headless.db')
check('report: without named figures, those that can be drawn', p.returncode == 0 and '<figure id=local-phases' in p.stdout and '<figure id=local-buffer' not in p.stdout, p.stderr)
db.execute('delete from sim_study')
db.execute('delete from sim_run')
db.commit()
check_page('an empty database', call('report', 's.db').stdout)
finish()
