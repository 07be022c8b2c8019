# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts of this folder print: one line a check, and the plan at the end (Test Anything Protocol)."""
count = 0

def check(name, ok, why=''):
    """why: shown as comment where it failed."""
    global count
    count += 1
    print(f"{'ok' if ok else 'not ok'} {count} - {name}", flush=True)
    if not ok:
        print('\n'.join('# ' + l for l in str(why).split('\n')[:30]), flush=True)

def plan():
    print(f'1..{count}')
