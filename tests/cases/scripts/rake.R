# Raking and post-stratification of ref_600.csv by R survey, for rake.expected.json.
# Run in tests/cases: Rscript scripts/rake.R
suppressMessages({library(survey); library(jsonlite)})
d <- read.csv("ref_600.csv")
d$usia <- as.character(cut(d$umur, c(0, 25, 40, 55, 200), labels = c("<=25", "26-40", "41-55", ">55")))
jk <- data.frame(jk = c("L", "P"), Freq = c(1850, 2050))
layanan <- data.frame(layanan = c("Akta Kelahiran", "KIA", "KTP-el", "Pindah Datang"),
                      Freq = c(900, 180, 2400, 420))
usia <- data.frame(usia = c("<=25", "26-40", "41-55", ">55"), Freq = c(700, 1500, 1100, 600))
design <- svydesign(ids = ~1, weights = ~weight, data = d)
control <- list(maxit = 1000, epsilon = 1e-11, verbose = FALSE)
raked <- rake(design, list(~jk, ~layanan, ~usia), list(jk, layanan, usia), control = control)
post <- postStratify(design, ~layanan, layanan)
trimmed <- trimWeights(raked, lower = 2, upper = 12, strict = TRUE)
write_json(list(
  R = R.version.string, survey = as.character(packageVersion("survey")),
  margins = list(
    jk = setNames(as.list(jk$Freq), jk$jk),
    layanan = setNames(as.list(layanan$Freq), layanan$layanan),
    usia = setNames(as.list(usia$Freq), usia$usia)),
  usia = d$usia,
  raked = weights(raked), post = weights(post), trimmed = weights(trimmed)
), "rake.expected.json", digits = NA, auto_unbox = TRUE)
