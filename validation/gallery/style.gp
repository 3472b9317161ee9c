# SPDX-License-Identifier: GPL-3.0-or-later
# The style of sgdmft plot (solver/cli/figure/figure_gnuplot.c), for figures that are drawn by hand. Set width and height in
# units of a column (1040 pixels) and the share of the letters before.
if (!exists("width")) width = 1
if (!exists("height")) height = 0.78
if (!exists("letters")) letters = 1
set terminal pngcairo size 1040*width, 1040*height font sprintf("Sans,%g", 25*letters) linewidth 2.6 pointscale 2.2
set encoding utf8
set border lw 0.8
set tics scale 0.6
set grid lc rgb '#dddddd' lw 0.5
set pointintervalbox 0
set key Left reverse samplen 1.8 spacing 1
keys = sprintf(",%g", 21*letters)
set key font keys
small = sprintf(",%g", 20*letters) # font of titles
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000", i)
