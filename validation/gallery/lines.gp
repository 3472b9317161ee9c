# SPDX-License-Identifier: GPL-3.0-or-later
# Lines where training reaches zero loss, beside the capacity, and where it runs away, beside the stability of the mean-square error.
# Reads NAME.dat (parameter, crossing, error) in the working folder; writes sat and stability as png and pdf.
if (!exists("small")) small = 2000 # weights of the simulations
size = sprintf(", {/:Italic N} = %d", small)
set encoding utf8
set grid lc rgb '#dddddd' lw 0.5
set border lw 0.8
set tics scale 0.6
set pointintervalbox 0

# Gardner: capacity of the spherical perceptron with margin kappa.
capacity(k) = 1/((1 + k*k)*norm(k) + k*exp(-k*k/2)/sqrt(2*pi))

# Linear model with Marchenko-Pastur eigenvalues s: with eta(s) = 1 - eta (lambda + s), batches feed the variance of a mode with
# eta^2 (1-b)/b (2 E/alpha) s, E = <s V>/2. The feedback has gain eta^2 (1-b)/(b alpha) <s^2/(1 - q^2)>, which reaches 1 at the line.
alpha = 2.; lambda = 0.1
low = (1 - sqrt(alpha))**2; high = (1 + sqrt(alpha))**2
n = 400
angle(i) = pi*(i - 0.5)/n
mode(i) = (low + high)/2 - (high - low)/2*cos(angle(i))
weight(i) = (high - low)**2/4*sin(angle(i))**2/(2*pi*mode(i))*pi/n
q(eta, s) = 1 - eta*(lambda + s)
gain(eta, b) = eta**2*(1 - b)/(b*alpha)*(sum [i=1:n] weight(i)*mode(i)**2/(1 - q(eta, mode(i))**2))
edge = 2/(lambda + high)
# bisection in eta; b = 1 has the edge of the largest eigenvalue
find(b, from, to, turns) = turns == 0 ? (from + to)/2 : gain((from + to)/2, b) > 1 ? find(b, from, (from + to)/2, turns - 1) : find(b, (from + to)/2, to, turns - 1)
critical(b) = find(b, 1e-4, edge*(1 - 1e-9), 30)

do for [end in "png pdf"] {
    if (end eq "png") { set terminal pngcairo size 1040, 800 font 'Sans,25' linewidth 2.6 pointscale 2.2; set key above Left reverse samplen 1.8 maxcols 2 font ',20' }
    if (end eq "pdf") { set terminal pdfcairo size 8.8cm, 6.8cm font 'Sans,6' fontscale 1 linewidth 2 pointscale 1.1; set key above Left reverse samplen 1.8 maxcols 2 font ',5' }
    set output 'sat.'.end
    set xlabel 'margin {/:Italic κ}'; set ylabel 'examples per dimension {/:Italic α}'
    set xrange [-0.03:1.03]; set yrange [0:*]
    plot capacity(x) with lines lc rgb '#000000' dt 2 lw 1 title 'capacity (Gardner)', \
         'sat_50.dat' using 1:2:3 with yerrorlines lc rgb '#56b4e9' lw 1.5 pt 0 title 'theory, 50 steps', \
         'sat_200.dat' using 1:2:3 with yerrorlines lc rgb '#0072b2' lw 1.5 pt 0 title 'theory, 200 steps', \
         'sat_800.dat' using 1:2:3 with yerrorlines lc rgb '#009e73' lw 1.5 pt 0 title 'theory, 800 steps', \
         'sat_200_simulation.dat' using 1:2:3 with yerrorbars lc rgb '#d55e00' pt 7 ps 0.7 title 'simulation, 200 steps'.size
    set output 'stability.'.end
    set xlabel 'batch fraction {/:Italic b}'; set ylabel 'learning rate {/:Italic η}'
    set xrange [0.05:1.03]; set yrange [0:0.5]; set xtics 0.2
    set samples 80
    plot '+' using ($1 > 0.06 && $1 < 0.999 ? $1 : 1/0):(critical($1)) with lines lc rgb '#000000' dt 2 lw 1 title 'mean-square stability', \
         'stability.dat' using 1:2:3 with yerrorlines lc rgb '#0072b2' lw 1.5 pt 0 title 'theory, 150 steps', \
         'stability_simulation.dat' using 1:2:3 with yerrorbars lc rgb '#d55e00' pt 7 ps 0.7 title 'simulation'.size
    set output
}
