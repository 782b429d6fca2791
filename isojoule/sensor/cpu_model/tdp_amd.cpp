// Written by tools/cpu_facts/tdp_table.py: thermal design powers in watts.
#include "isojoule/sensor/cpu_model/tdp_facts.hpp"

namespace isojoule::detail {
namespace {

// clang-format off
constexpr TdpBlock kAmdTdp[] = {
    {"", TdpSource::codecarbon,
     "6:3015ce,3015e,3020e 25:3320ee 35:4310ee 40:4365 45:255e,3260he,425e,620e 65:3280,"
     "3365,3380,4228he,4230he,4274he,4276he,4332he,4376he,631,638,740,750 80:555,"
     "565,965 85:6132he,6262he,6366he 95:1075t,4234,4238,4240,4280,4284,4334,4340,"
     "4386,460,840,850,860k,880k,960t 99:6338p,6370p 100:641,750k,760k 115:6140,6176,"
     "6204,6212,6220,6234,6238,6272,6274,6276,6278,6308,6320,6328,6344,6348,6376,"
     "6378,6380 125:975,980 140:6180se,6282se,6284se,6386se"},
    {"a10", TdpSource::codecarbon,
     "15:8700p,9600p 20:7300 25:4655m,5745m 35:4600m,5750m,5757m,7400p,9630p,9700e "
     "45:6700t,6790b,6800b 65:5700,6700,7860k,9700 95:7700k,7850k,7870k,7890k 100:5800b,"
     "5800k,6790k,6800k"},
    {"a10 micro", TdpSource::codecarbon,
     "4:6700t 4.5:6700t"},
    {"a10 pro", TdpSource::codecarbon,
     "19:7350b 65:7800b 95:7850b"},
    {"a12", TdpSource::codecarbon,
     "15:9700p 35:9730p,9800e 65:9800"},
    {"a4", TdpSource::codecarbon,
     "4:1200 6:9120c 8:1250,1350 15:5000,5050,5100,6210,7210,9120,9125 17:4355m,5145m "
     "35:3300m,3305m,3310mx,3320m,4300m,5150m 45:3330mx 65:3300,3400,3420,4000,5300,"
     "5300b,6300,6320,7300"},
    {"a4 micro", TdpSource::codecarbon,
     "4:6400t 4.5:6400t"},
    {"a4 pro", TdpSource::codecarbon,
     "15:3350b 25:3340b 65:7300b,7350b"},
    {"a6", TdpSource::codecarbon,
     "6:9120c,9220c 8:1450 15:6310,7310,8500p,9220,9225 17:4455m,5345m,7000 25:5200,"
     "5200m 35:3400m,3420m,4400m,5350m,5357m,9500e 45:3410mx,3430mx 65:3500,3600,3620,"
     "5400b,5400k,6400b,6400k,6420b,6420k,7400k,7470k,9500,9550 100:3670k"},
    {"a6 pro", TdpSource::codecarbon,
     "17:7050b 65:7400b"},
    {"a8", TdpSource::codecarbon,
     "15:6410,7410,8600p 19:4555m 20:7100 25:5545m 35:3500m,3520m,4500m,5550m,5557m,7200p "
     "45:3510mx,3530mx,3550mx,6500t,7680 65:3800,3820,5500,5500b,6500,6500b,6600k,"
     "7600,9600 95:7650k,7670k 100:3850,3870k,5600k"},
    {"a8 pro", TdpSource::codecarbon,
     "19:7150b 65:7600b"},
    {"a9", TdpSource::codecarbon,
     "10:9400 15:9420,9425 25:9410"},
    {"apple m", TdpSource::codecarbon,
     "10:1"},
    {"athlon", TdpSource::codecarbon,
     "15:300u 25:5150,5350,5370 35:200ge,220ge,240ge,3000g,300ge,320ge 38:600,650 40:700 "
     "45:255e,425e,620e,800 47:850 50:900 52:950 54:1000 60:1100 63:1133 65:631,638,740,"
     "750 66:1200 68:1300 70:1333 72:1400 95:460,860k 100:631,641,750k,760k"},
    {"athlon 64", TdpSource::codecarbon,
     "8:2000+ 9:1500+ 15:2600+,2650e 22:2850e 32:2700+,2800+ 35:3500+ee 59:3500+,3800+,4000+ "
     "62:3000+,3500+ 67:3400+ 83:3200+ 89:3300+,3600+,3700+,3800+,4000+"},
    {"athlon 64 fx", TdpSource::codecarbon,
     "89:51,53 104:55,57 110:60 125:62,70,72,74,76"},
    {"athlon 64 le", TdpSource::codecarbon,
     "45:1600,1620,1640,1640b,1660"},
    {"athlon 64 x2", TdpSource::codecarbon,
     "35:3800+eesff 65:3600+,3600+ee,3800+ee,4000+,4000+ee,4200+ee,4400+,4800+ee,5000+,"
     "5000+ee,5200+ee,5400+,5600+ 89:3800+,4200+,4600+,4800+,5000+,5200+,5800+ "
     "125:6000+,6400+"},
    {"athlon gold", TdpSource::codecarbon,
     "15:3150c,3150u,7220c,7220u 35:3150ge 65:3150g"},
    {"athlon gold pro", TdpSource::codecarbon,
     "35:3150ge 65:3150g"},
    {"athlon ii x2", TdpSource::codecarbon,
     "25:250u,260u,270u 45:210e,240e,245e,250e 65:215,220,240,245,250,255,260,265,"
     "270,280"},
    {"athlon ii x3", TdpSource::codecarbon,
     "45:400e,415e,420e,425e 95:425,435,440,445,450,455,460"},
    {"athlon ii x4", TdpSource::codecarbon,
     "45:600e,610e,615e,620e 65:638 95:620,630,635,640,645 100:631,651,651k"},
    {"athlon pro", TdpSource::codecarbon,
     "15:200u,300u,3045b,3145b 35:200ge,300ge"},
    {"athlon silver", TdpSource::codecarbon,
     "6:3050e 15:3050c,3050u,7120c 35:3050ge"},
    {"athlon silver pro", TdpSource::codecarbon,
     "35:3125ge"},
    {"athlon x2", TdpSource::codecarbon,
     "45:2300,2350,4050e,4450e,4850e,5050e 95:6500,7450,7550,7850"},
    {"athlon x2 ql", TdpSource::codecarbon,
     "25:62 35:60,64,65,67"},
    {"athlon x4", TdpSource::codecarbon,
     "65:940,950,970"},
    {"athlon xp", TdpSource::codecarbon,
     "51:1800+ 53:1900+ 60:1500+,2000+ 63:1600+,2200+ 68:2500+,2500+dtr,2600+,2600+dtr,"
     "2700+,2800+dtr,3000+,3100+ 72:2100+ 74:2800+ 77:3200+"},
    {"athlon xp m", TdpSource::codecarbon,
     "45:2000+,2200+,2400+,2500+,2600+,3000+"},
    {"b", TdpSource::codecarbon,
     "80:57,59,60 95:75,77,95,97,99"},
    {"c", TdpSource::codecarbon,
     "9:30,60,70"},
    {"e", TdpSource::codecarbon,
     "18:240,300,350,450"},
    {"e1", TdpSource::codecarbon,
     "9:2100,2150,2200 10:6010,7010 15:2500 18:1200,1500"},
    {"e1 micro", TdpSource::codecarbon,
     "3:6200t 3.95:6200t"},
    {"e2", TdpSource::codecarbon,
     "15:3000,3800,6110,7110,9010 18:1800,2000 35:3000m 65:3200"},
    {"epyc", TdpSource::codecarbon,
     "65:4124p,4244p,4245p,4344p,4345p,4464p,4465p,4545p 80:8024pn 90:8024p 100:8124pn "
     "120:4484px,4584px,7203,7203p,7232p,7251,7252,7272,7282,8224pn 125:9015,9115 "
     "130:7303,7303p,8324pn 155:7262,7302,7302p,7313,7313p,7352,7452,8434pn 160:8224p "
     "170:4564p,4565p,4585px,7261,7281,7301,7351,7351p,7401,7401p,7501 175:8534pn "
     "180:72f3,7402,7402p,7413,7451,7502,7502p,7551,7551p,7601,7f32,8324p 190:7343 "
     "200:7443,7443p,7513,7532,7552,7702,7702p,8434p,8534p,9124,9135,9224,9254,9255 "
     "210:9334,9335 225:7453,7542,7543,7543p,7642,7643,7643p,7662,7713,7713p,7742,"
     "7r13 240:7373x,73f3,7473x,74f3,7663,7663p,7b12,7f52,7f72 280:7573x,75f3,7763,"
     "7773x,7h12,9354,9355p,9534 290:9454,9454p,9634 300:9455,9455p,9535 320:9174f,"
     "9175f,9184x,9274f,9275f,9374f,9375f,9384x,9645 340:9734 360:9474f,9554,9554p,"
     "9555p,9654,9654p,9754,9754s 390:9825,9845 400:9475f,9565,9575f,9655,9655p,9684x "
     "500:9755,9965"},
    {"epyc embedded", TdpSource::codecarbon,
     "50:3251"},
    {"fx", TdpSource::codecarbon,
     "15:8800p,9800p 20:7500 35:7600p,9830p 95:4100,4120,4150,4300,4320,6100,6120,6130,"
     "6300,8100,8140,8300,8310,8320e,8370e 125:4130,4170,4350,6200,6330,6350,8120,"
     "8150,8170,8320,8350,8370 220:9370,9590"},
    {"mobile athlon 64", TdpSource::codecarbon,
     "35:2700+ 62:3000+,3200+,3400+ 82:2800+,3700+"},
    {"opteron", TdpSource::codecarbon,
     "25:3320ee 30:140ee,240ee 35:4256ee,4310ee,43cxee 40:4365 45:3250he,3260he,3350he "
     "55:146he,148he,246he,248he,250he,846he,850he 65:3280,3365,3380,4228he,4230he,"
     "4274he,4276he,4332he,4376he,43gkhe 67:146 79:2350he 82:142,144,240,840 85:140,150,"
     "242,244,246,250,6132he,6166he,6262he,6366he,844,846,848 89:148,248,850 92:252,"
     "254,852,854,856 95:4226,4234,4238,4240,4280,4284,4334,4340,4386 99:6338p,6370p "
     "104:152,154,156 115:6140,6168,6176,6204,6212,6220,6234,6238,6272,6274,6276,"
     "6278,6308,6320,6328,6344,6348,6376,6378,6380 140:6180se,6284se"},
    {"opteron a", TdpSource::codecarbon,
     "32:1150,1170"},
    {"opteron x", TdpSource::codecarbon,
     "17:1150 22:2150 25:2170"},
    {"opteron x2", TdpSource::codecarbon,
     "55:260he,265he,270he,275he,860he,865he,870he,875he 95:265,270,275,280,285,290,"
     "865,870,875,880,885,890 110:165,170,175,180,185"},
    {"p", TdpSource::codecarbon,
     "35:650,860"},
    {"phenom ii", TdpSource::codecarbon,
     "80:555,565,570 95:1045t,1075t,840,960t 125:42twkr,975,980"},
    {"phenom ii x2", TdpSource::codecarbon,
     "80:545,550,555,560,565,570"},
    {"phenom ii x2 b", TdpSource::codecarbon,
     "80:53,55,57"},
    {"phenom ii x3", TdpSource::codecarbon,
     "65:700e,705e 95:710,715,720"},
    {"phenom ii x3 b", TdpSource::codecarbon,
     "95:73,75,77"},
    {"phenom ii x4", TdpSource::codecarbon,
     "65:905e,910e 95:650t,805,810,820,830,840,840t,850,910,925,945,955,960t "
     "125:920,940,945,955,965,970,975,980 140:965"},
    {"phenom ii x4 b", TdpSource::codecarbon,
     "95:93,95,97"},
    {"phenom ii x6", TdpSource::codecarbon,
     "95:1035t,1045t,1055t 125:1055t,1065t,1075t,1090t,1100t"},
    {"phenom x3", TdpSource::codecarbon,
     "65:8250e,8450e 95:8400,8450,8600,8650,8750,8850"},
    {"phenom x4", TdpSource::codecarbon,
     "65:9100e,9150e,9350e,9450e 95:9500,9550,9600,9600b,9650,9750,9750b,9850,9850b "
     "125:9750,9850,9950 140:9950"},
    {"pro a10", TdpSource::codecarbon,
     "15:8700b,9700b 35:8770e,9700e,9730b 65:8750b,8770,9700 95:8850b"},
    {"pro a12", TdpSource::codecarbon,
     "15:8800b,9800b 35:8870e,9800e,9830b 65:8870,9800"},
    {"pro a4", TdpSource::codecarbon,
     "15:4350b,5350b 65:8350b"},
    {"pro a6", TdpSource::codecarbon,
     "15:7350b,8350b,8500b,9500b 35:8570e,9500e 65:8550b,8570,9500"},
    {"pro a8", TdpSource::codecarbon,
     "15:8600b,9600b 35:9630b 65:8650b,9600"},
    {"ryzen 3", TdpSource::codecarbon,
     "15:2200u,2300u,3200u,3250c,3250u,3300u,4300u,5125c,5300u,5400u,5425c,5425u,"
     "7320c,7320u,7330u 28:210,7335u,7440u,8440u 35:2200ge,4300ge,5300ge,5305ge,8300ge "
     "65:1200,1300,1300x,2200g,2300x,3100,3200g,3300x,4100,4300g,5300g,5305g,8300g"},
    {"ryzen 3 pro", TdpSource::codecarbon,
     "15:2300u,3300u,4450u,5450u,5475u,7330u 28:210 35:2200ge,3200ge,4350ge,4355ge,"
     "5355ge,8300ge 65:1200,1300,2200g,3200g,4350g,4355g,5350g,5355g,8300g"},
    {"ryzen 5", TdpSource::codecarbon,
     "15:2500u,3450u,3500c,3500u,3580u,3580umicrosoftsurface,4500u,4600u,"
     "4680umicrosoftsurface,5500u,5560u,5600u,5625c,5625u,7430u,7520c,7520u,7530u "
     "28:220,230,7535u,7540u,7545u,7640u,8540u,8640hs,8640u 35:2400ge,3400ge,3550h,"
     "4600ge,4600hs,5600ge,5600hs,5605ge,6600hs,8500ge 45:240,2600e,2600h,4600h,5500h,"
     "5600h,6600h,7235hs 54:7533hs,7535hs,7640hs 55:7645hx 65:1400,1500x,1600,2400g,"
     "2500x,2600,3400g,3500,3500x,3600,4500,4600g,5500,5500gt,5600,5600g,5600gt,"
     "5600t,5600x,5600xt,5605g,7400f,7500f,7600,7600x3d,8400f,8500g,9600,9600x "
     "95:1600x,2600x,3600x,3600xt 105:5600x3d,7600x"},
    {"ryzen 5 pro", TdpSource::codecarbon,
     "15:2500u,3500u,4650u,5650u,5675u,7530u 28:220,230,8540u,8640hs,8640u 35:2400ge,"
     "3350ge,3400ge,4650ge,4655ge,5650ge,5655ge,6650hs,8600ge 45:6650h,8645hs 65:1500,"
     "2400g,2600,3400g,3600,4650g,4655g,5645,5650g,5655g,7645,8500g,8600g"},
    {"ryzen 7", TdpSource::codecarbon,
     "15:2700u,3700c,3700u,3780u,3780umicrosoftsurface,4700u,4800u,4980umicrosoftsurface,"
     "5700u,5825c,5825u,7730u 28:250,7735u,7840u,8840hs,8840u 35:3750h,4700ge,5700ge,"
     "5705ge,5800hs,6800hs 45:260,2700e,2800h,4800h,4800hs,5800h,7435hs,8845hs "
     "54:7735hs 55:7745hx,7840hx,8745hx,8840hx 65:1700,2700,3700x,4700g,5700,5700g,"
     "5700x,5705g,5800,7700,8700f,8700g,9700x 95:1700x,1800x 105:2700x,2700xanniversary,"
     "3800x,5700x3d,5800x,5800x3d,5800xt,7700x 120:7800x3d,9800x3d"},
    {"ryzen 7 pro", TdpSource::codecarbon,
     "15:2700u,3700u,4750u,5850u,5875u,7730u 28:250,6860z,8840hs,8840u 35:4750ge,"
     "5750ge,5755ge,6850hs,8700ge 45:6850h,8845hs 65:1700,2700,3700,4750g,5750g,5755g,"
     "5845,7745,8700g 95:1700x,2700x"},
    {"ryzen 9", TdpSource::codecarbon,
     "35:4900hs,5900hs,5980hs,6900hs,6980hs 45:270,5900hx,5980hx,6900hx,6980hx,8945hs "
     "54:4900h,7940hs 55:7845hx,7940hx,7945hx,7945hx3d,8940hx,8945hx,9850hx,9955hx,"
     "9955hx3d 65:3900,5900,7900 105:3900x,3900xt,3950x,5900x,5900xt,5950x 120:7900x3d,"
     "7950x3d,9900x,9900x3d 170:7900x,7950x,9950x,9950x3d"},
    {"ryzen 9 pro", TdpSource::codecarbon,
     "35:6950hs 45:6950h,8945hs 65:3900,5945,7945"},
    {"ryzen ai 5", TdpSource::codecarbon,
     "28:340"},
    {"ryzen ai 5 pro", TdpSource::codecarbon,
     "28:340"},
    {"ryzen ai 7", TdpSource::codecarbon,
     "28:350"},
    {"ryzen ai 7 pro", TdpSource::codecarbon,
     "28:350,360"},
    {"ryzen ai 9", TdpSource::codecarbon,
     "28:365"},
    {"ryzen ai 9 hx", TdpSource::codecarbon,
     "28:370,375"},
    {"ryzen ai 9 hx pro", TdpSource::codecarbon,
     "28:370,375"},
    {"ryzen ai max", TdpSource::codecarbon,
     "55:385"},
    {"ryzen ai max pro", TdpSource::codecarbon,
     "55:380,385"},
    {"ryzen ai max+", TdpSource::codecarbon,
     "55:395"},
    {"ryzen ai max+ pro", TdpSource::codecarbon,
     "55:395"},
    {"ryzen embedded v", TdpSource::codecarbon,
     "15:1202b,1605b 45:1756b,1807b"},
    {"ryzen threadripper", TdpSource::codecarbon,
     "125:1900 140:1920 180:1900x,1920x,1940,1940x,1950,1950x,2920x,2950x 250:2970wx,"
     "2990wx 280:3960x,3970x,3980x,3990x 350:7960x,7970x,7980x,9960x,9970x,9980x"},
    {"ryzen threadripper pro", TdpSource::codecarbon,
     "280:3945wx,3955wx,3975wx,3995wx,5945wx,5955wx,5965wx,5975wx,5995wx 350:7945wx,"
     "7955wx,7965wx,7985wx,7995wx,9945wx,9955wx,9965wx,9975wx,9985wx,9995wx"},
    {"ryzen z", TdpSource::codecarbon,
     "28:1,2,2go"},
    {"sempron", TdpSource::codecarbon,
     "25:2650,3100+,3850 35:3000+eesff,3200+eesff,3400+eesff,3500+eesff 45:130,140,145,"
     "150,180 62:2200+,2300+,2400+,2500+,2600+,2800+,3000+,3200+,3300+,3400+,3500+,"
     "3600+,3800+"},
    {"sempron le", TdpSource::codecarbon,
     "45:1100,1200,1250,1300"},
    {"sempron x2", TdpSource::codecarbon,
     "65:2100,2200,2300"},
    {"tl", TdpSource::codecarbon,
     "31:52,60"},
    {"turion 64 ml", TdpSource::codecarbon,
     "32:28 35:30,32,37,40,42,44"},
    {"turion 64 mt", TdpSource::codecarbon,
     "22:28,30 25:32,34,37,40"},
    {"turion x2 rm", TdpSource::codecarbon,
     "31:70 35:72,74,75,77"},
    {"turion x2 ultra zm", TdpSource::codecarbon,
     "35:82,84,85,86,87,88"},
    {"x", TdpSource::codecarbon,
     "45:940"},
    {"z", TdpSource::codecarbon,
     "5:60 6:01"},
};
// clang-format on

}  // namespace

std::span<const TdpBlock> amd_tdp() { return kAmdTdp; }

}  // namespace isojoule::detail
