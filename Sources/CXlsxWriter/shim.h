// Excel workbooks: libxlsxwriter, for builds with the trait XLSX.
#ifndef TWINFUNNEL_CXLSXWRITER_SHIM_H
#define TWINFUNNEL_CXLSXWRITER_SHIM_H

#include <xlsxwriter.h>

#endif
