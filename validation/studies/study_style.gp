# SPDX-License-Identifier: GPL-3.0-or-later
# What the scripts of studies share: they set tall, the height in pixels, and load this file from their variable `style`.
set datafile separator comma
set datafile columnheaders
set terminal pngcairo size 1300,tall font "sans,12"
set output output
set encoding utf8
set border lw 0.8
set tics scale 0.6
set grid lc rgb "#dddddd" lw 0.5
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000", i)
# A description of a run without the value of one parameter, which is not the same in all runs of the panel.
cut(s, k) = (cut_a = strstrt(s, ", ".k." = "), cut_a == 0 ? s : (cut_t = s[cut_a+2:*], cut_e = strstrt(cut_t, ","), s[1:cut_a-1].(cut_e == 0 ? "" : cut_t[cut_e:*])))
# A description of a run without a word between commas, as the rule.
drop(s, w) = (drop_a = strstrt(s.",", ", ".w.","), drop_a == 0 ? s : s[1:drop_a-1].s[drop_a+2+strlen(w):*])
